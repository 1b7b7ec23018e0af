package import Airbyte
import JSON
package import Model

/// What a discovery means to a connection: the changes that matter to it, and what it does about them.
package struct SchemaReview: Sendable, Hashable {
    package let diff: CatalogDiff
    package let reaction: SchemaReaction

    /// - Parameters:
    ///   - base: the catalog that the connection's configuration was made from. Without one, the source is taken to
    ///     have had the configured streams as they are configured and the others as they are found.
    ///   - destinationModes: what the destination's specification lists; an empty list says nothing.
    package init(
        of discovered: AirbyteCatalog, since base: AirbyteCatalog?, for connection: Connection,
        destinationModes: [DestinationSyncMode]
    ) {
        let catalog = connection.catalog
        let selecting = Set(connection.treatments.filter(\.selectsFields).map(\.stream))
        let fixed = Set(connection.treatments.filter { $0.contract != .evolve }.map(\.stream))
        let base = base ?? AirbyteCatalog(presumedFrom: catalog, found: discovered, selecting: selecting)
        diff = CatalogDiff(from: base, to: discovered, configured: catalog)
            .narrowed(to: catalog, selecting: selecting, fixed: fixed)
        // A stream whose schema is to stay stays itself, too; that it is gone is for a person to hear.
        var applied = diff
        if connection.nonBreakingChanges == .propagateFully {
            applied.transforms.removeAll { $0.change == .removed && fixed.contains($0.descriptor) }
        }
        var reaction = SchemaReaction(
            to: applied, discovered: discovered, configured: catalog, preference: connection.nonBreakingChanges,
            fieldSelection: selecting, destinationModes: destinationModes, backfill: connection.backfills)
        if applied != diff { reaction.notice = .actionRequired }
        self.reaction = reaction
    }
}

extension AirbyteCatalog {
    fileprivate init(
        presumedFrom configured: ConfiguredCatalog, found: AirbyteCatalog, selecting: Set<StreamDescriptor>
    ) {
        let offered = found.byDescriptor
        let own = configured.streams.map { configured in
            var stream = configured.stream
            guard selecting.contains(stream.descriptor), var schema = offered[stream.descriptor]?.jsonSchema else {
                return stream
            }
            for (name, field) in stream.jsonSchema["properties"]?.objectValue ?? [:] {
                var properties = schema["properties"] ?? [:]
                properties[name] = field
                schema["properties"] = properties
            }
            stream.jsonSchema = schema
            return stream
        }
        let known = Set(own.map(\.descriptor))
        self.init(streams: own + found.streams.filter { !known.contains($0.descriptor) })
    }
}
