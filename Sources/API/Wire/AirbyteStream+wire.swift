package import Airbyte
package import JSON

extension AirbyteStream {
    var wire: JSON {
        JSON(present: [
            "name": .string(name),
            "namespace": namespace.map(JSON.string),
            "jsonSchema": jsonSchema,
            "supportedSyncModes": .strings(supportedSyncModes.map(\.rawValue)),
            "sourceDefinedCursor": .bool(sourceDefinedCursor ?? false),
            "defaultCursorField": .strings(defaultCursorField ?? []),
            "sourceDefinedPrimaryKey": .array((sourceDefinedPrimaryKey ?? []).map(JSON.strings)),
            "isResumable": isResumable.map(JSON.bool),
            "isFileBased": isFileBased.map(JSON.bool),
        ])
    }
}

extension AirbyteStream: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> AirbyteStream {
        let body = try Body.read(json, at: path)
        guard let name = try body.text("name", atMost: 1000) else { throw Problem.missing(path + ".name") }
        guard !name.isEmpty else { throw Problem.badRequest("\(path).name must not be empty.") }
        let descriptor = StreamDescriptor(wireName: name, namespace: try body.text("namespace", atMost: 1000))
        let modes: [SyncMode] = try body.optional("supportedSyncModes") ?? []
        return AirbyteStream(
            name: descriptor.name, namespace: descriptor.namespace,
            jsonSchema: .object(try body.optional("jsonSchema") ?? JSONObject()),
            supportedSyncModes: modes.isEmpty ? [.fullRefresh] : modes,
            sourceDefinedCursor: try body.optional("sourceDefinedCursor"),
            defaultCursorField: try body.optional("defaultCursorField"),
            sourceDefinedPrimaryKey: try body.optional("sourceDefinedPrimaryKey"),
            isResumable: try body.optional("isResumable"), isFileBased: try body.optional("isFileBased"))
    }
}
