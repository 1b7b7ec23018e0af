import Airbyte
import JSON

/// Rows of one stream that one thread puts together while others do the same, to be sent in one piece.
package final class StreamPart: RowOutput {
    private let stream: StreamOutput
    private var bytes: [UInt8] = []
    private var count = 0
    private var stamp = RecordStamp()

    package init(of stream: StreamOutput) { self.stream = stream }

    /// In bytes.
    package var size: Int { bytes.count }

    package func record(_ write: (inout [UInt8]) throws -> Void) throws {
        // Looking at the clock for each record costs more than writing it.
        if count & 63 == 0 { stamp.set(stream.now) }
        let start = bytes.count
        do {
            bytes += stream.head
            try write(&bytes)
            bytes += stamp.tail
        } catch {
            bytes.removeSubrange(start...)
            throw error
        }
        count += 1
    }

    package func rows(_ count: Int, columns: [String], _ body: [UInt8]) throws {
        stream.block(count, columns, body.count).json.write(into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        bytes += body
        self.count += count
    }

    /// Sends what was put together since the last time.
    package func send() throws {
        guard count > 0 else { return }
        try stream.send(bytes, count: count)
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }
}

/// What closes a record: the time at which it was sent.
struct RecordStamp {
    private(set) var tail: [UInt8] = []
    private var time: Int64 = -1

    mutating func set(_ now: Int64) {
        guard now != time else { return }
        time = now
        tail = Array(",\"emitted_at\":\(now)}}\n".utf8)
    }
}
