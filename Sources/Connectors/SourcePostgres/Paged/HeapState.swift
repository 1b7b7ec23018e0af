import Airbyte
import JSON

/// How far a table was read in the order of its pages, in the shape that Airbyte's own source keeps.
struct HeapState {
    /// The place of the row that was read last, or one in front of the first row that was not.
    var page: Int
    var item: Int
    /// The file that the table was in. Another one has its rows in other places.
    let file: Int64
    /// The oldest transaction that was not over when the reading began: what is younger may have moved rows to places
    /// that were read before. Nil in a state of Airbyte's.
    var oldestRunning: UInt32?
    var isComplete = false

    init(file: Int64, oldestRunning: UInt32) {
        (page, item) = (0, 0)
        self.file = file
        self.oldestRunning = oldestRunning
    }

    /// Nil where the state is none of this kind.
    init?(_ json: JSON) {
        guard json["state_type"]?.stringValue == "ctid", let place = json["ctid"]?.stringValue,
            place.first == "(", place.last == ")", let file = json["relation_filenode"]?.intValue
        else { return nil }
        let parts = place.dropFirst().dropLast().split(separator: ",").map { UInt32($0) }
        guard parts.count == 2, let page = parts[0], let item = parts[1], item < 1 << 16 else { return nil }
        (self.page, self.item) = (Int(page), Int(item))
        self.file = Int64(file)
        oldestRunning = json["oldest_running"]?.intValue.flatMap(UInt32.init(exactly:))
        isComplete = json["is_complete"]?.boolValue == true
    }

    /// As SQL writes it.
    var place: String { "'(\(page),\(item))'::tid" }

    func json(of stream: StreamDescriptor) -> JSON {
        var json: JSON = [
            "state_type": "ctid", "version": 2, "stream_name": .string(stream.name),
            "ctid": .string("(\(page),\(item))"),
            "relation_filenode": .integer(Int(file)),
        ]
        if let namespace = stream.namespace { json["stream_namespace"] = .string(namespace) }
        if let oldestRunning { json["oldest_running"] = .integer(Int(oldestRunning)) }
        if isComplete { json["is_complete"] = .bool(true) }
        return json
    }
}
