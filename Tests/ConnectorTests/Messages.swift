import Airbyte
import JSON

/// Lines of a destination's input.
enum Messages {
    static func record(_ stream: String, _ data: String, namespace: String? = nil, at time: Int64 = 1_700_000_000_000)
        -> String
    {
        let place = namespace.map { #","namespace":"\#($0)""# } ?? ""
        return #"{"type":"RECORD","record":{"stream":"\#(stream)"\#(place),"data":\#(data),"emitted_at":\#(time)}}"#
    }

    /// Spaced and ordered as no writer of ours would, so that only an echo of the bytes is equal.
    static func state(_ stream: String, _ id: Int) -> String {
        #"{ "state":{"stream":{"stream_state":{"n":\#(id).0},"stream_descriptor":{"name":"\#(stream)"}},"#
            + #""type":"STREAM","id":\#(id), "x":"\u0041"},"type":"STATE"}"#
    }

    static func status(_ stream: String, _ status: String) -> String {
        #"{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":1.0,"stream_status":{"stream_descriptor":{"name":"\#(stream)"},"status":"\#(status)"}}}"#
    }

    static func complete(_ stream: String) -> String { status(stream, "COMPLETE") }
}

extension ConfiguredStream {
    /// A stream for tests: `fields` are names and JSON schemas.
    static func test(
        _ name: String = "users",
        _ fields: [(String, JSON)] = [("id", ["type": "integer"]), ("name", ["type": "string"])],
        namespace: String? = nil, mode: DestinationSyncMode = .append, sync: SyncMode = .incremental,
        key: [[String]]? = nil,
        cursor: [String]? = nil, generation: Int64? = 1, minimum: Int64? = 0
    ) -> ConfiguredStream {
        ConfiguredStream(
            stream: AirbyteStream(
                name: name, namespace: namespace, jsonSchema: ["properties": .object(JSONObject(fields))],
                supportedSyncModes: [.fullRefresh, .incremental]),
            syncMode: sync, destinationSyncMode: mode, cursorField: cursor, primaryKey: key,
            generationID: generation, minimumGenerationID: minimum, syncID: 9)
    }
}
