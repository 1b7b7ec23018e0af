import Airbyte
import JSON
import Model
import SchemaChanges

/// A stream of `configurations.streams`: which one, and how it is to be moved.
struct StreamWish: Sendable, WireReadable {
    let name: String
    let namespace: String?
    let mode: PublicSyncMode
    let cursor: [String]
    let key: [[String]]
    /// Names of top-level fields in the order they are asked for; nil: all.
    let fields: [String]?
    let mappers: [JSON]
    /// The object of the destination that it is written into.
    let object: String?

    static func read(_ json: JSON, at path: String) throws -> StreamWish {
        let body = try Body.read(json, at: path)
        guard let name = try body.text("name", atMost: 1000) else { throw Problem.missing(path + ".name") }
        let namespace = try body.text("namespace", atMost: 1000)
        guard try body.optional("includeFiles", as: Bool.self) != true else {
            throw Problem.unprocessable("The stream \(name) includes files, which are not carried yet.")
        }
        let wish = StreamWish(
            name: name, namespace: namespace.flatMap { $0.isEmpty ? nil : $0 },
            mode: try body.optional("syncMode") ?? .fullRefreshOverwrite,
            cursor: try body.optional("cursorField") ?? [], key: try body.optional("primaryKey") ?? [],
            fields: try body.optional("selectedFields", as: [Body].self)?.map { try $0.topLevelField(of: name) },
            mappers: try (body.optional("mappers") ?? []).map(SyncCatalog.mapper), object: try body.objectName)
        try wish.checkFields()
        return wish
    }

    /// The stream as the source offers it, moved as asked; the source's own cursor and key hold. Throws 400, naming the
    /// stream and what is wrong, where that cannot be.
    func configured(_ offered: AirbyteStream) throws -> SyncCatalog.Stream {
        let (read, write) = mode.modes
        var stream = ConfiguredStream(
            stream: offered, syncMode: read, destinationSyncMode: write, destinationObjectName: object)
        stream.cursorField = try chosenCursor(of: offered)
        stream.primaryKey = try chosenKey(of: offered)
        for path in [stream.cursorField ?? []] + (stream.primaryKey ?? []) where !path.isEmpty {
            guard offered.mayHave(path) else {
                throw refusal("has no field \(path.joined(separator: ".")), which is its cursor or of its primary key")
            }
        }
        if let fields {
            if let unknown = fields.first(where: { !offered.mayHave([$0]) }) {
                throw refusal("selects the field \(unknown), which it does not have")
            }
            stream.stream = offered.selecting(inOrder: fields)
        }
        return SyncCatalog.Stream(stream: stream, selectsFields: fields != nil, mappers: mappers, contract: nil)
    }

    /// The stream before its source has been heard of: named, and no more.
    var awaited: SyncCatalog.Stream {
        let (read, write) = mode.modes
        let named = (fields ?? []) + [cursor.first].compactMap(\.self) + key.compactMap(\.first)
        var stream = AirbyteStream(awaited: name, namespace: namespace, fields: named)
        stream.supportedSyncModes = [read]
        return SyncCatalog.Stream(
            stream: ConfiguredStream(
                stream: stream, syncMode: read, destinationSyncMode: write, cursorField: cursor, primaryKey: key,
                destinationObjectName: object),
            selectsFields: fields != nil, mappers: mappers, contract: nil)
    }

    private func chosenCursor(of offered: AirbyteStream) throws -> [String]? {
        let own = offered.defaultCursorField ?? []
        if offered.sourceDefinedCursor == true {
            guard cursor.isEmpty || own.isEmpty || cursor == own else {
                throw refusal("has a cursor of its own, \(own.joined(separator: ".")); leave cursorField out")
            }
            return mode.modes.read == .incremental || !cursor.isEmpty ? own : nil
        }
        return cursor.isEmpty ? (mode.modes.read == .incremental ? own : nil) : cursor
    }

    private func chosenKey(of offered: AirbyteStream) throws -> [[String]]? {
        let own = offered.sourceDefinedPrimaryKey ?? []
        guard key.isEmpty || own.isEmpty || Set(key) == Set(own) else {
            throw refusal("has a primary key of its own; leave primaryKey out")
        }
        let needsKey = mode.modes.write.isDedup || [.update, .softDelete].contains(mode.modes.write)
        if needsKey, key.isEmpty, own.isEmpty {
            throw refusal("is moved with \(mode.rawValue) and has no primary key; set primaryKey")
        }
        return key.isEmpty ? (needsKey ? own : nil) : key
    }

    private func checkFields() throws {
        guard let fields else { return }
        guard !fields.isEmpty else {
            throw refusal("selects none of its fields; name some, or leave selectedFields out")
        }
        guard Set(fields).count == fields.count else { throw refusal("selects a field twice") }
        for name in key.compactMap(\.first) + (cursor.first.map { [$0] } ?? []) where !fields.contains(name) {
            throw refusal("needs the field \(name) as its cursor or for its primary key; select it too")
        }
    }

    private func refusal(_ what: String) -> Problem { .badRequest("The stream \(name) \(what).") }
}

extension Body {
    fileprivate func topLevelField(of stream: String) throws -> String {
        let path: [String] = try optional("fieldPath") ?? []
        guard path.count == 1, let name = path.first, !name.isEmpty else {
            throw Problem.badRequest(
                "The stream \(stream): each of selectedFields must name one field at the top of the record.")
        }
        return name
    }
}

extension AirbyteStream {
    /// Whether its schema has the field; one that names no fields says nothing.
    fileprivate func mayHave(_ path: [String]) -> Bool {
        fieldNames.isEmpty || SchemaFields.field(at: path, of: jsonSchema) != nil
    }

    /// The stream with those fields, in that order: clients compare what they sent with what they get.
    fileprivate func selecting(inOrder names: [String]) -> AirbyteStream {
        var copy = selecting(Set(names))
        guard let fields = copy.jsonSchema["properties"]?.objectValue else { return copy }
        copy.jsonSchema["properties"] = .object(
            JSONObject(names.compactMap { name in fields[name].map { (name, $0) } }))
        return copy
    }
}
