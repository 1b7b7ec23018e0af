import Airbyte
import ConnectorKit
import JSON

/// How far an incremental stream was read, in the shape of source-postgres' states.
struct CursorState {
    let field: String
    /// Nil while no row had a cursor.
    var value: StoredValue?
    /// How many rows had this value when it was read; more of them means that some are new.
    var count: Int

    init(field: String) {
        self.field = field
        count = 0
    }

    /// Nil where the state is of another cursor, and then the stream begins anew.
    init?(_ json: JSON?, field: String, of stream: StreamDescriptor) throws {
        guard let json else { return nil }
        switch json["state_type"]?.stringValue {
        case nil, "cursor_based", "full_refresh": break
        case let type?:
            throw ConnectorError(
                .config,
                "The saved state of stream \(stream) is of the kind \(type.prefix(40)); clear it and sync again.",
                stream: stream)
        }
        guard json["cursor_field"] == [.string(field)],
            let value = StoredValue(json["cursor_class"]?.stringValue, json["cursor"]?.stringValue)
        else { return nil }
        self.field = field
        self.value = value
        count = json["cursor_record_count"]?.intValue ?? 0
    }

    func json(of stream: StreamDescriptor) throws -> JSON {
        guard value?.canBeWritten != false else {
            throw ConnectorError(
                .config, "The cursor \(field) of \(stream) holds a text that is not UTF-8; choose another one.",
                stream: stream)
        }
        return [
            "state_type": "cursor_based", "version": 2, "stream_name": .string(stream.name),
            "cursor_field": [.string(field)], "cursor": value.map { .string($0.written) } ?? .null,
            "cursor_class": value.map { .string($0.storageClass) } ?? .null, "cursor_record_count": .integer(count),
        ]
    }
}
