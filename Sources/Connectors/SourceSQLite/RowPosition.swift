import Airbyte
import ConnectorKit
import JSON

/// How far a full refresh was read, in the order of a table's row key.
struct RowPosition {
    let key: [String]
    /// VACUUM counts it up, and gives rows new rowids.
    let schemaVersion: Int
    /// One for each part of the key; nil before the first row.
    var values: [StoredValue]?

    init(key: [String], schemaVersion: Int) {
        self.key = key
        self.schemaVersion = schemaVersion
    }

    /// Goes on from the saved state where it is of the same key and the file's schema is the same as then.
    init(_ json: JSON?, key: [String], schemaVersion: Int) {
        self.init(key: key, schemaVersion: schemaVersion)
        guard let json, json["state_type"] == "full_refresh", json["key_fields"] == .array(key.map(JSON.string)),
            json["schema_version"]?.intValue == schemaVersion
        else { return }
        let found = (json["key"]?.arrayValue ?? []).compactMap { part in
            part.objectValue?.first { _ in true }.flatMap { StoredValue($0.key, $0.value.stringValue) }
        }
        if found.count == key.count { values = found }
    }

    func json(of stream: StreamDescriptor) -> JSON {
        var json: JSON = ["state_type": "full_refresh", "version": 2, "stream_name": .string(stream.name)]
        // Without a position the read begins anew.
        guard !key.isEmpty, let values, values.allSatisfy(\.canBeWritten) else { return json }
        json["key_fields"] = .array(key.map(JSON.string))
        json["key"] = .array(values.map { .object([$0.storageClass: .string($0.written)]) })
        json["schema_version"] = .integer(schemaVersion)
        return json
    }
}
