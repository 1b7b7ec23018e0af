package import Airbyte
package import JSON

extension ConfiguredStream {
    /// The stream as it is stored: only selected ones are.
    package var wire: JSON { wire(isSelected: true, isSuggested: false) }

    func wire(isSelected: Bool, isSuggested: Bool) -> JSON {
        let config = JSON(present: [
            "syncMode": .string(syncMode.rawValue),
            "destinationSyncMode": .string(destinationSyncMode.rawValue),
            "cursorField": .strings(cursorField ?? []),
            "primaryKey": .array((primaryKey ?? []).map(JSON.strings)),
            "aliasName": .string(stream.aliasName),
            "selected": .bool(isSelected),
            "suggested": .bool(isSuggested),
            "includeFiles": false,
            "fieldSelectionEnabled": false,
            "selectedFields": [],
            "hashedFields": [],
            "mappers": [],
            "generationId": generationID.map(JSON.integer),
            "minimumGenerationId": minimumGenerationID.map(JSON.integer),
            "syncId": syncID.map(JSON.integer),
        ])
        return ["stream": stream.wire, "config": config]
    }
}

extension AirbyteStream {
    fileprivate var aliasName: String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }
}

extension ConfiguredStream {
    /// Reads an entry of a `syncCatalog`; nil where the stream is not selected.
    ///
    /// What would change the data and is not carried out yet is refused: a client that asks for a column to be hashed
    /// must not learn from the destination that it was not.
    init?(wire body: Body) throws {
        let stream: AirbyteStream = try body.required("stream")
        let config: Body = try body.required("config")
        guard try config.optional("selected", as: Bool.self) ?? true else { return nil }
        self.init(
            stream: stream, syncMode: try config.required("syncMode"),
            destinationSyncMode: try config.required("destinationSyncMode"),
            cursorField: try config.optional("cursorField"), primaryKey: try config.optional("primaryKey"))
        let mappers: [JSON] = try config.optional("mappers") ?? []
        let hashedFields: [JSON] = try config.optional("hashedFields") ?? []
        guard mappers.isEmpty, hashedFields.isEmpty else {
            throw Problem.unprocessable("The stream \(descriptor) has mappers, which are not carried out yet.")
        }
        guard try config.optional("fieldSelectionEnabled", as: Bool.self) != true else {
            throw Problem.unprocessable(
                "The stream \(descriptor) selects single fields, which is not carried out yet; "
                    + "set fieldSelectionEnabled to false.")
        }
        guard try config.optional("includeFiles", as: Bool.self) != true else {
            throw Problem.unprocessable("The stream \(descriptor) includes files, which are not carried yet.")
        }
    }
}
