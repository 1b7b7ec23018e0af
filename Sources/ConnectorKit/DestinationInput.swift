package import Airbyte
import JSON

/// The messages a destination is sent; used by one thread.
package final class DestinationInput {
    package enum Event {
        /// A record; its places are in `line`.
        case record(MessageScanner.Record)
        /// Rows in a form that the destination said it knows; the bytes are good until the next event.
        case rows(RowBlock, UnsafeRawBufferPointer)
        /// A state, to be echoed as `line` stands.
        case state
        case status(StreamDescriptor, StreamOutput.Status)
        /// Nothing came for the time given.
        case idle
        case end
    }

    private let reader: LineReader
    /// The line that the last event came from, good until the next one.
    package private(set) var line = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var lineNumber = 0

    /// Where the attempt begins; nil where the platform says nothing of it.
    let resumePoint: ResumePoint?

    package init(_ reader: LineReader, resumingAt point: ResumePoint? = nil) {
        self.reader = reader
        resumePoint = point
    }

    /// The next message that matters; a line that is no message is an error, because it may have been a record.
    package func next(waiting milliseconds: Int? = nil) throws -> Event {
        while true {
            switch try reader.next(waiting: milliseconds) {
            case .idle: return .idle
            case .end: return .end
            case .line(let bytes):
                line = bytes
                lineNumber += 1
                if bytes.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) { continue }
                guard let message = MessageScanner.scan(bytes) else {
                    throw ConnectorError(.system, "Line \(lineNumber) of the input is not a valid Airbyte message.")
                }
                switch message {
                case .record(let record): return .record(record)
                case .state: return .state
                case .rows:
                    guard let block = RowBlock(bytes) else {
                        throw ConnectorError(.system, "Line \(lineNumber) of the input announces no rows as it should.")
                    }
                    // No state covers what was cut short, so it comes again.
                    guard let body = try reader.take(block.bytes) else { return .end }
                    return .rows(block, body)
                case .trace:
                    if let (stream, status) = status(bytes) { return .status(stream, status) }
                case .other: break
                }
            }
        }
    }

    /// Which stream the record of the last event is of.
    package func stream(of record: MessageScanner.Record) -> StreamDescriptor {
        StreamDescriptor(name: record.stream.string(in: line) ?? "", namespace: record.namespace?.string(in: line))
    }

    /// The data of the last event's record as it was sent, good until the next event.
    package func data(of record: MessageScanner.Record) -> UnsafeBufferPointer<UInt8> { record.data.slice(of: line) }

    private func status(_ line: UnsafeBufferPointer<UInt8>) -> (StreamDescriptor, StreamOutput.Status)? {
        guard let trace = (try? JSON.parse(line))?["trace"], let payload = trace["stream_status"],
            let status = payload["status"]?.stringValue.flatMap(StreamOutput.Status.init),
            let stream = try? payload["stream_descriptor"]?.decode(StreamDescriptor.self)
        else { return nil }
        return (stream, status)
    }
}
