package import Airbyte
package import JSON
import SchemaChanges

extension ConfiguredStream {
    /// The stream as it is stored: only selected ones are.
    package var wire: JSON { wire(isSelected: true, isSuggested: false) }

    func wire(isSelected: Bool, isSuggested: Bool, treatment: StreamTreatment? = nil) -> JSON {
        let treatment = treatment ?? StreamTreatment(stream: descriptor)
        let fields = treatment.selectsFields ? stream.fieldNames : []
        let config = JSON(present: [
            "syncMode": .string(syncMode.rawValue),
            "destinationSyncMode": .string(destinationSyncMode.rawValue),
            "cursorField": .strings(cursorField ?? []),
            "primaryKey": .array((primaryKey ?? []).map(JSON.strings)),
            "aliasName": .string(stream.aliasName),
            "selected": .bool(isSelected),
            "suggested": .bool(isSuggested),
            "includeFiles": false,
            "destinationObjectName": destinationObjectName.map(JSON.string),
            "fieldSelectionEnabled": .bool(treatment.selectsFields),
            "selectedFields": .fieldPaths(fields),
            "hashedFields": .fieldPaths(treatment.hashedFields),
            "mappers": .array(treatment.mappers.map(StreamTreatment.mapperWire)),
            "schemaContract": treatment.contract == .evolve ? nil : .string(treatment.contract.rawValue),
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
    init?(wire body: Body) throws {
        let stream: AirbyteStream = try body.required("stream")
        let config: Body = try body.required("config")
        guard try config.optional("selected", as: Bool.self) ?? true else { return nil }
        self.init(
            stream: stream, syncMode: try config.required("syncMode"),
            destinationSyncMode: try config.required("destinationSyncMode"),
            cursorField: try config.optional("cursorField"), primaryKey: try config.optional("primaryKey"),
            destinationObjectName: try config.objectName)
        guard try config.optional("includeFiles", as: Bool.self) != true else {
            throw Problem.unprocessable("The stream \(descriptor) includes files, which are not carried yet.")
        }
    }
}
