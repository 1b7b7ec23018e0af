package import Airbyte
package import Model

/// What a connection does about the changes at its source (protocol.md 5.4, 5.5, 5.7).
package struct SchemaReaction: Sendable, Hashable, Codable {
    package enum Action: Sendable, Hashable, Codable {
        /// The configuration stays as it is.
        case none
        case deactivate(Reason)
        /// The connection goes on with this configuration.
        case configure(ConfiguredCatalog)
    }

    /// Why the platform makes a connection inactive, in Airbyte's words (protocol.md 3.8).
    package enum Reason: String, Sendable, Hashable, Codable {
        case breakingChanges = "SCHEMA_CHANGES_ARE_BREAKING"
        case anyChange = "DISABLE_CONNECTION_IF_ANY_SCHEMA_CHANGES"
    }

    /// Which of a workspace's notification settings applies (protocol.md 5.7).
    package enum Notice: String, Sendable, Hashable, Codable {
        case propagated = "sendOnConnectionUpdate"
        case actionRequired = "sendOnConnectionUpdateActionRequired"
    }

    package var action: Action
    /// Whether the new catalog becomes the one that the next is compared with. Otherwise its changes wait for a person.
    package var acceptsCatalog: Bool
    /// The incremental streams to be read again from the start, where their state is per stream; in the diff's order.
    package var backfills: [StreamDescriptor]
    /// New streams that were to be added and cannot: source and destination have no modes in common for them.
    package var unusable: [StreamDescriptor]
    package var notice: Notice?

    private init(
        _ action: Action, acceptsCatalog: Bool, backfills: [StreamDescriptor] = [], unusable: [StreamDescriptor] = [],
        notice: Notice?
    ) {
        self.action = action
        self.acceptsCatalog = acceptsCatalog
        self.backfills = backfills
        self.unusable = unusable
        self.notice = notice
    }

    /// - Parameters:
    ///   - diff: from the catalog that the connection was configured with to `discovered`.
    ///   - fieldSelection: the streams of which only the fields of the configured schema are kept.
    ///   - destinationModes: what the destination's specification lists; an empty list says nothing.
    ///   - backfill: whether the connection wants earlier records of changed streams.
    package init(
        to diff: CatalogDiff, discovered: AirbyteCatalog, configured: ConfiguredCatalog,
        preference: Connection.NonBreakingChanges, fieldSelection: Set<StreamDescriptor> = [],
        destinationModes: [DestinationSyncMode] = [], backfill: Bool = false
    ) {
        if diff.isEmpty {
            self.init(.none, acceptsCatalog: true, notice: nil)
            return
        }
        if diff.isBreaking {
            self.init(.deactivate(.breakingChanges), acceptsCatalog: false, notice: .actionRequired)
            return
        }
        switch preference {
        case .ignore: self.init(.none, acceptsCatalog: false, notice: .actionRequired)
        case .disable: self.init(.deactivate(.anyChange), acceptsCatalog: false, notice: .actionRequired)
        case .propagateColumns, .propagateFully:
            let result = SchemaPropagation(
                diff, discovered: discovered, configured: configured, withStreams: preference == .propagateFully,
                fieldSelection: fieldSelection, destinationModes: destinationModes)
            self.init(result, of: diff, configured: configured, backfill: backfill)
        }
    }

    private init(_ result: SchemaPropagation, of diff: CatalogDiff, configured: ConfiguredCatalog, backfill: Bool) {
        // A source that suddenly shows nothing has more likely lost its rights than its data.
        if result.catalog.streams.isEmpty, !configured.streams.isEmpty {
            self.init(.none, acceptsCatalog: false, notice: .actionRequired)
            return
        }
        let isChanged = result.catalog != configured
        let isLeftBehind = !result.unusable.isEmpty || !result.vanished.isEmpty
        self.init(
            isChanged ? .configure(result.catalog) : .none, acceptsCatalog: true,
            backfills: backfill ? result.backfills(by: diff) : [], unusable: result.unusable,
            notice: isLeftBehind ? .actionRequired : isChanged ? .propagated : nil)
    }
}
