import Airbyte
import JSON

/// Schemas and streams in few words.
func schema(_ properties: JSON) -> JSON { ["type": "object", "properties": properties] }

let string: JSON = ["type": "string"]
let integer: JSON = ["type": "integer"]

/// The user table of the tests: `id`, `email`, `updated_at`.
let userFields: JSON = ["id": integer, "email": string, "updated_at": string]

func users(
    _ properties: JSON = userFields, key: [[String]]? = nil, cursor: [String]? = nil,
    modes: [SyncMode] = [.fullRefresh, .incremental]
) -> AirbyteStream {
    AirbyteStream(
        name: "users", jsonSchema: schema(properties), supportedSyncModes: modes,
        sourceDefinedCursor: cursor.map { _ in true }, defaultCursorField: cursor, sourceDefinedPrimaryKey: key)
}

func named(_ name: String) -> AirbyteStream { AirbyteStream(name: name, jsonSchema: schema(["id": integer])) }

extension AirbyteStream {
    func configured(
        _ mode: SyncMode = .fullRefresh, _ destination: DestinationSyncMode = .overwrite, cursor: [String]? = nil,
        key: [[String]]? = nil
    ) -> ConfiguredStream {
        ConfiguredStream(
            stream: self, syncMode: mode, destinationSyncMode: destination, cursorField: cursor, primaryKey: key)
    }
}

/// Incremental by `updated_at`, deduplicated by `id`.
func deduplicated(_ stream: AirbyteStream = users()) -> ConfiguredStream {
    stream.configured(.incremental, .appendDedup, cursor: ["updated_at"], key: [["id"]])
}
