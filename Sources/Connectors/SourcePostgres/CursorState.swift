import Airbyte
import ConnectorKit
import JSON

/// How far an incremental stream was read, in the shape that Airbyte's own source keeps.
struct CursorState {
    let field: String
    /// Nil while no row had a cursor.
    var value: String?
    /// How many rows had this value when it was read; more of them means that some are new.
    var count: Int

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
        let fields = json["cursor_field"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard fields == [field], let value = json["cursor"]?.stringValue else { return nil }
        self.init(field: field, value: value, count: json["cursor_record_count"]?.intValue ?? 0)
    }

    init(field: String, value: String?, count: Int) {
        self.field = field
        self.value = value
        self.count = count
    }

    func json(of stream: StreamDescriptor) -> JSON {
        var json: JSON = [
            "state_type": "cursor_based", "version": 2, "stream_name": .string(stream.name),
            "cursor_field": [.string(field)], "cursor": value.map(JSON.string) ?? .null,
            "cursor_record_count": .integer(count),
        ]
        if let namespace = stream.namespace { json["stream_namespace"] = .string(namespace) }
        return json
    }
}
