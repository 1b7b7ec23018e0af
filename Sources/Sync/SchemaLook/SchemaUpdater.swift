import Airbyte
import Mapping
package import Model
package import SQL
package import SchemaChanges
package import Secrets
import Store
package import Time

/// Has a connection take note of its source's newest catalog (protocol.md 5.4, 5.5).
package struct SchemaUpdater: Sendable {
    package enum Occasion: Sendable, Hashable {
        /// A sync is about to begin: what can be taken over is.
        case sync
        /// Somebody asked what has changed: a connection may be switched off for it, but nothing else of it changes.
        case question
    }

    private let vault: SecretVault
    private let listener: any SchemaChangeListener

    package init(vault: SecretVault, listener: any SchemaChangeListener) {
        self.vault = vault
        self.listener = listener
    }

    /// The changes that wait for the connection to take note of them: those from the catalog that it was configured
    /// with to the source's newest one.
    package func pendingChanges(of connection: Connection, in session: any Session) throws -> CatalogDiff {
        guard let newest = try session.newestCatalogID(of: connection.sourceID) else { return CatalogDiff() }
        guard newest != connection.sourceCatalogID else { return CatalogDiff() }
        return try review(connection, session.discoveredCatalog(newest), in: session).diff
    }

    /// Writes what the catalog comes to in the caller's transaction, which holds the connection's row.
    package func update(
        _ before: Connection, to found: DiscoveredCatalog, on occasion: Occasion, in session: any Session,
        at now: Instant
    ) throws -> SchemaUpdate {
        let review = try review(before, found, in: session)
        var connection = before
        var reaction = review.reaction
        if case .configure(let catalog) = reaction.action { reaction.leaveOut(collidingOf: catalog, for: before) }
        var fault: String?
        if occasion == .sync, case .configure(let catalog) = reaction.action {
            fault = try newFault(of: before, with: catalog, in: session)
            // Without its mapper, what was to be hidden would be shown: a person has to decide.
            if fault != nil { reaction.declareBroken() }
        }
        let isBroken = review.diff.isBreaking || fault != nil
        connection.hasBreakingChange = isBroken
        var backfilled: [StreamDescriptor] = []
        var kind: SchemaChangeEvent.Kind?
        switch reaction.action {
        case .deactivate(let reason) where before.status == .active:
            connection.status = .inactive
            connection.statusReason = reason.rawValue
            kind = isBroken ? .breaking : .deactivated
        case .deactivate: break
        case .none, .configure:
            guard occasion == .sync || review.diff.isEmpty else { break }
            if case .configure(let catalog) = reaction.action {
                try take(catalog, by: &connection, in: session)
            }
            if reaction.acceptsCatalog {
                connection.sourceCatalogID = found.id
                backfilled = try forget(reaction.backfills, of: connection.id, in: session)
            }
            switch reaction.notice {
            case .propagated: kind = .propagated
            case .actionRequired: kind = before.toldCatalogID == found.id ? nil : .actionRequired
            case nil: break
            }
        }
        if kind != nil { connection.toldCatalogID = found.id }
        if connection != before {
            connection.updatedAt = now
            try session.update(connection)
        }
        if let kind {
            let event = SchemaChangeEvent(
                connection: connection.id, kind: kind, catalog: found.id, changes: review.diff.json, time: now)
            try listener.schemaChanged(event, in: session)
        }
        return SchemaUpdate(
            connection: connection, diff: review.diff, kind: kind, backfilled: backfilled, fault: fault)
    }

    private func review(
        _ connection: Connection, _ found: DiscoveredCatalog, in session: any Session
    ) throws -> SchemaReview {
        let base = try connection.sourceCatalogID.flatMap { try session.discoveredCatalogIfAny($0) }
        let destination = try session.connector(.destination, connection.destinationID)
        let definition = try session.definition(.destination, destination.definitionID)
        return SchemaReview(
            of: found.catalog, since: base?.catalog, for: connection,
            destinationModes: definition.specification.supportedDestinationSyncModes.compactMap {
                DestinationSyncMode(rawValue: $0)
            })
    }

    private func take(_ catalog: ConfiguredCatalog, by connection: inout Connection, in session: any Session) throws {
        let kept = Set(catalog.streams.map(\.descriptor))
        try vault.forget(connection.treatments.filter { !kept.contains($0.stream) }, in: session)
        connection.treatments.removeAll { !kept.contains($0.stream) }
        connection.catalog = catalog
    }

    /// Only a state that each stream has for itself can be forgotten of some.
    private func forget(
        _ streams: [StreamDescriptor], of connection: ConnectionID, in session: any Session
    ) throws -> [StreamDescriptor] {
        guard !streams.isEmpty, case .stream = try session.state(of: connection) else { return [] }
        try session.deleteState(of: connection, streams: streams)
        return streams
    }

    /// The first mapper that does not fit its stream, in a sentence.
    func mapperFault(of connection: Connection, in session: any Session) throws -> String? {
        let treated = connection.treatments.filter { !$0.mappers.isEmpty }
        guard !treated.isEmpty else { return nil }
        let plain = try vault.hydrate(treated, in: session).treatments
        for stream in connection.catalog.mapped(by: plain) {
            if let fault = stream.faults.first { return "\(stream.stream.descriptor): \(fault.error)" }
        }
        return nil
    }

    /// The first mapper that fits the streams as they were and not as they would be.
    private func newFault(
        of connection: Connection, with catalog: ConfiguredCatalog, in session: any Session
    ) throws -> String? {
        let treated = connection.treatments.filter { !$0.mappers.isEmpty }
        guard !treated.isEmpty else { return nil }
        let plain = try vault.hydrate(treated, in: session).treatments
        let earlier = Set(connection.catalog.mapped(by: plain).flatMap(\.faults).map(\.mapper))
        for stream in catalog.mapped(by: plain) {
            if let fault = stream.faults.first(where: { !earlier.contains($0.mapper) }) {
                return "\(stream.stream.descriptor): \(fault.error)"
            }
        }
        return nil
    }
}

extension SchemaReaction {
    /// New streams that would land where another one does stay out, for a person to decide about.
    fileprivate mutating func leaveOut(collidingOf catalog: ConfiguredCatalog, for connection: Connection) {
        var catalog = catalog
        let own = Set(connection.catalog.streams.map(\.descriptor))
        while let (_, added) = connection.collision(in: catalog), !own.contains(added) {
            catalog.streams.removeAll { $0.descriptor == added }
            unusable.append(added)
            notice = .actionRequired
        }
        action = catalog == connection.catalog ? .none : .configure(catalog)
    }

    /// Makes of it what it is where something that the connection cannot do without is gone.
    fileprivate mutating func declareBroken() {
        action = .deactivate(.breakingChanges)
        acceptsCatalog = false
        backfills = []
        notice = .actionRequired
    }
}

extension ConfiguredCatalog {
    /// The streams that have mappers as their destination sees them; a mapper that cannot be read is passed over.
    fileprivate func mapped(by treatments: [StreamTreatment]) -> [MappedStream] {
        streams.compactMap { stream in
            guard let treatment = treatments.first(where: { $0.stream == stream.descriptor }) else { return nil }
            return MappedStream(stream, mappers: treatment.mappers.compactMap { try? Mapper(json: $0) })
        }
    }
}
