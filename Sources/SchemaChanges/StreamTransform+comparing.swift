package import Airbyte
import JSON

extension StreamTransform {
    /// Nil where nothing changed that a connection could notice.
    init?(
        comparing old: AirbyteStream, with new: AirbyteStream, configured: ConfiguredStream,
        within bounds: SchemaFields.Bounds
    ) {
        let fields = Self.fields(
            old.jsonSchema, new.jsonSchema, needed: configured.neededFields(of: new), within: bounds)
        let attributes = Self.attributes(old, new, configured: configured)
        guard !fields.isEmpty || !attributes.isEmpty else { return nil }
        self.init(descriptor: new.descriptor, change: .updated(fields: fields, attributes: attributes))
    }

    private static func fields(
        _ old: JSON, _ new: JSON, needed: Set<[String]>, within bounds: SchemaFields.Bounds
    ) -> [FieldTransform] {
        guard old != new else { return [] }
        var (before, after) = SchemaFields.pair(old, new, within: bounds)
        // No bound may hide that a cursor or a key is gone.
        for path in needed {
            before.include(path, of: old)
            after.include(path, of: new)
        }
        var found: [FieldTransform] = []
        for (path, schema) in before.schemas {
            if let now = after.schemas[path] {
                if now != schema { found.append(FieldTransform(path: path, change: .updated(old: schema, new: now))) }
            } else {
                found.append(
                    FieldTransform(path: path, change: .removed(schema: schema), isBreaking: needed.contains(path)))
            }
        }
        for (path, schema) in after.schemas where before.schemas[path] == nil {
            found.append(FieldTransform(path: path, change: .added(schema: schema)))
        }
        return found.sorted { $0.path.lexicographicallyPrecedes($1.path) }
    }

    /// A key is a set of paths. A source that gives its key up leaves the configured one as it is.
    private static func attributes(
        _ old: AirbyteStream, _ new: AirbyteStream, configured: ConfiguredStream
    ) -> [StreamAttributeTransform] {
        let before = old.sourceDefinedPrimaryKey ?? []
        let now = new.sourceDefinedPrimaryKey ?? []
        guard Set(before) != Set(now) else { return [] }
        let isBreaking =
            configured.destinationSyncMode.isDedup && !now.isEmpty
            && Set(configured.effectivePrimaryKey) != Set(now)
        return [StreamAttributeTransform(change: .primaryKey(old: before, new: now), isBreaking: isBreaking)]
    }
}

extension ConfiguredStream {
    /// The fields that it cannot be synced without: an incremental stream's cursor, a deduplicated one's primary key
    /// (protocol.md 5.3).
    ///
    /// - Parameter offered: the stream as the source describes it now. Where the source stops defining its cursor, the
    ///   configured one takes over and is needed as well.
    package func neededFields(of offered: AirbyteStream) -> Set<[String]> {
        var next = self
        next.stream = offered
        var needed: Set<[String]> = []
        for stream in [self, next] {
            if syncMode == .incremental, let cursor = stream.effectiveCursor { needed.insert(cursor) }
            if destinationSyncMode.isDedup { needed.formUnion(stream.effectivePrimaryKey) }
        }
        return needed
    }
}
