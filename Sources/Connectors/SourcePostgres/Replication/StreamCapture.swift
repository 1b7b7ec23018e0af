import Airbyte
import ConnectorKit
import JSON
import Postgres

/// How far one stream has got: its table is copied once, from then on its changes are read.
struct StreamCapture {
    /// The table that was copied; another one of the same name is copied anew.
    var table: UInt32?
    /// What the copy holds; nil once no change is in it that is still to come.
    var visibility: SnapshotVisibility?
    /// The log's end when the copy was made. The copy's rows carry it, and every change sent later one that is greater.
    var floor: PostgresLSN
    /// Nil once the copy is whole.
    var copy: PagePlace?

    static let type = "cdc"

    init(table: UInt32?, visibility: SnapshotVisibility?, floor: PostgresLSN, copy: PagePlace?) {
        self.table = table
        self.visibility = visibility
        self.floor = floor
        self.copy = copy
    }

    /// Nil where the table is still to be copied, also by a state that Airbyte's own source left half-way.
    init?(_ json: JSON?) {
        guard let json, !json.isNull else { return nil }
        guard json["state_type"]?.stringValue == Self.type else {
            let kinds = [nil, "cursor_based", "ctid_based"]
            let isWhole = json["ctid"]?.stringValue == nil && json["cursor"]?.stringValue == nil
            guard kinds.contains(json["state_type"]?.stringValue), isWhole else { return nil }
            self.init(table: nil, visibility: nil, floor: PostgresLSN(0), copy: nil)
            return
        }
        guard let floor = json["snapshot_lsn"]?.intValue, floor >= 0 else { return nil }
        var copy: PagePlace?
        if let saved = json["copy"] {
            guard let place = PagePlace(saved) else { return nil }
            copy = place
        }
        var visibility: SnapshotVisibility?
        if let text = json["snapshot"]?.stringValue {
            guard let read = SnapshotVisibility(text) else { return nil }
            visibility = read
        }
        // A copy that goes on needs to know what its beginning holds.
        if copy != nil, visibility == nil { return nil }
        self.init(
            table: json["table"]?.intValue.map { UInt32(truncatingIfNeeded: $0) }, visibility: visibility,
            floor: PostgresLSN(UInt64(floor)), copy: copy)
    }

    func json(of stream: StreamDescriptor) -> JSON {
        var json: JSON = [
            "state_type": .string(Self.type), "version": 1, "stream_name": .string(stream.name),
            "snapshot_lsn": .integer(floor.value),
        ]
        if let namespace = stream.namespace { json["stream_namespace"] = .string(namespace) }
        if let table { json["table"] = .integer(table) }
        if let visibility { json["snapshot"] = .string(visibility.text) }
        if let copy { json["copy"] = copy.json }
        return json
    }
}
