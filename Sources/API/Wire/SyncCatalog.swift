package import Airbyte
package import JSON
import SchemaChanges

/// The streams that a `syncCatalog` selects, with what is to be done to their records.
package struct SyncCatalog: Sendable, Hashable {
    package struct Stream: Sendable, Hashable {
        /// Its schema holds only the fields that are selected.
        package var stream: ConfiguredStream
        package var selectsFields: Bool
        /// Each `{id?, name, config}`; secrets stand in the clear, or are masked.
        package var mappers: [JSON]
        /// Nil where nothing was said of it.
        package var contract: SchemaContract?
    }

    package var streams: [Stream]

    package var catalog: ConfiguredCatalog { ConfiguredCatalog(streams: streams.map(\.stream)) }
}

extension SyncCatalog: WireReadable {
    /// Streams that are not selected are dropped.
    package static func read(_ json: JSON, at path: String) throws -> SyncCatalog {
        let entries: [Body] = try Body.read(json, at: path).required("streams")
        let streams = try entries.compactMap { try Stream(wire: $0) }
        var seen: Set<StreamDescriptor> = []
        for descriptor in streams.map(\.stream.descriptor) where !seen.insert(descriptor).inserted {
            throw Problem.badRequest("The stream \(descriptor) is in the catalog twice.")
        }
        return SyncCatalog(streams: streams)
    }
}

extension SyncCatalog.Stream {
    fileprivate init?(wire body: Body) throws {
        guard let stream = try ConfiguredStream(wire: body) else { return nil }
        let config: Body = try body.required("config")
        self.init(
            stream: stream, selectsFields: try config.optional("fieldSelectionEnabled") ?? false,
            mappers: try (config.optional("mappers") ?? []).map(SyncCatalog.mapper),
            contract: try config.optional("schemaContract"))
        // Clients that know of mappers say there what is to be hashed.
        if mappers.isEmpty {
            mappers = try Self.fields(config, "hashedFields").map { field in
                [
                    "name": "hashing",
                    "config": ["targetField": .string(field), "method": "SHA-256", "fieldNameSuffix": "_hashed"],
                ]
            }
        }
        if selectsFields { try select(Self.fields(config, "selectedFields")) }
    }

    /// Keeps those fields only. The cursor and the key must be among them, or the stream could not be moved.
    private mutating func select(_ fields: [String]) throws {
        let offered = Set(stream.stream.fieldNames)
        guard !fields.isEmpty else {
            throw refusal(
                "selects none of its fields; name some in selectedFields, or set fieldSelectionEnabled to false")
        }
        if let unknown = fields.first(where: { !offered.contains($0) }) {
            throw refusal("selects the field \(unknown), which its jsonSchema does not have")
        }
        let selected = Set(fields)
        let needed = stream.neededFields(of: stream.stream).compactMap(\.first)
        if let missing = needed.sorted().first(where: { !selected.contains($0) }) {
            throw refusal("needs the field \(missing) as its cursor or for its primary key; select it too")
        }
        stream.stream = stream.stream.selecting(selected)
    }

    /// Names of top-level fields; each comes as a path.
    private static func fields(_ config: Body, _ member: String) throws -> [String] {
        let entries: [Body] = try config.optional(member) ?? []
        return try entries.map { entry in
            let path: [String] = try entry.required("fieldPath")
            guard path.count == 1, let name = path.first, !name.isEmpty else {
                throw Problem.badRequest("\(entry.path)fieldPath must name one field at the top of the record.")
            }
            return name
        }
    }

    private func refusal(_ what: String) -> Problem { .badRequest("The stream \(stream.descriptor) \(what).") }
}

extension SyncCatalog {
    /// Reads the interface's words and those in which Airbyte itself stores a mapper.
    static func mapper(_ body: Body) throws -> JSON {
        guard let name: String = try body.optional("type") ?? body.optional("name") else {
            throw Problem.missing(body.path + "type")
        }
        let config: JSONObject? = try body.optional("mapperConfiguration") ?? body.optional("config")
        guard let config else { throw Problem.missing(body.path + "mapperConfiguration") }
        return JSON(present: [
            "id": try body.text("id", atMost: 100).map(JSON.string),
            "name": .string(String(name.lowercased().map { $0 == "_" ? "-" : $0 })), "config": .object(config),
        ])
    }
}
