import Airbyte
import JSON
import Mapping

extension Envelope {
    /// The size of the file that the record stands for (protocol.md 2.6); nil for a record without one.
    func fileSize(_ line: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let file, let json = try? JSON.parse(UnsafeBufferPointer(rebasing: line[file])) else { return nil }
        let size = json["file_size_bytes"]?.intValue ?? json["bytes"]?.intValue
        return size.map { min(max($0, 0), 1 << 50) }
    }

    /// What the record counts for.
    func size(_ line: UnsafeBufferPointer<UInt8>) -> Int { fileSize(line) ?? data?.count ?? 0 }

    /// Adds to the record's own `meta.changes`; nil only for what is no record.
    func edit(adding changes: [RecordChange], _ line: UnsafeBufferPointer<UInt8>) -> RecordRouter.Edit? {
        let added = changes.map { change -> JSON in
            [
                "field": .string(change.field), "change": .string(change.change.rawValue),
                "reason": .string(change.reason.rawValue),
            ]
        }
        guard let meta else {
            guard let recordBody else { return nil }
            let member: JSON = ["meta": ["changes": .array(added)]]
            return (recordBody..<recordBody, member.bytes.dropFirst().dropLast() + [UInt8(ascii: ",")])
        }
        var json = (try? JSON.parse(UnsafeBufferPointer(rebasing: line[meta]))) ?? [:]
        if json.objectValue == nil { json = [:] }
        json["changes"] = .array((json["changes"]?.arrayValue ?? []) + added)
        return (meta, json.bytes)
    }
}
