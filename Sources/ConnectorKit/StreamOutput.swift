import Airbyte
package import JSON
import Time

/// The messages of one stream; used by one thread.
package final class StreamOutput {
    package enum Status: String, Sendable {
        case started = "STARTED"
        case running = "RUNNING"
        case complete = "COMPLETE"
        case incomplete = "INCOMPLETE"
    }

    private let descriptor: StreamDescriptor
    private let output: ConnectorOutput
    private let head: [UInt8]
    private var tail: [UInt8] = []
    private var emittedAt: Int64 = 0
    private var isRunning = false
    /// Since the last state.
    private var count = 0

    init(_ descriptor: StreamDescriptor, _ output: ConnectorOutput) {
        self.descriptor = descriptor
        self.output = output
        var text = #"{"type":"RECORD","record":{"stream":\#(JSON.string(descriptor.name).text),"#
        if let namespace = descriptor.namespace { text += #""namespace":\#(JSON.string(namespace).text),"# }
        head = Array((text + #""data":"#).utf8)
    }

    /// Sends a record whose data `write` appends as one JSON object; when it throws, nothing is sent.
    package func record(_ write: (inout [UInt8]) throws -> Void) throws {
        try run()
        // Looking at the clock for each record costs more than writing it.
        if count & 63 == 0 { stamp() }
        try output.append { bytes in
            bytes += head
            try write(&bytes)
            bytes += tail
        }
        count += 1
    }

    package func record(_ data: JSON) throws {
        try record { data.write(into: &$0) }
    }

    /// Sends rows in a database's own form, which the destination must have said it knows.
    package func rows(_ count: Int, columns: [String], _ body: [UInt8]) throws {
        try run()
        let block = RowBlock(
            stream: descriptor, columns: columns, rows: count, bytes: body.count, emittedAt: output.now)
        try output.append { bytes in
            block.json.write(into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
            bytes += body
        }
        self.count += count
    }

    /// Sends a state that covers all the records sent before it.
    package func state(_ state: JSON) throws {
        let payload: JSON = [
            "type": "STREAM", "stream": StreamState(descriptor: descriptor, state: state).json,
            "sourceStats": ["recordCount": .number(.init(grammatical: "\(count).0"))],
        ]
        count = 0
        try output.message("STATE", "state", payload)
    }

    package func status(_ status: Status) throws {
        try output.trace(
            "STREAM_STATUS", "stream_status",
            ["stream_descriptor": JSON.encode(descriptor), "status": .string(status.rawValue)])
    }

    /// Says about how much is to come.
    package func estimate(rows: Int, bytes: Int) throws {
        var estimate: JSON = [
            "name": .string(descriptor.name), "type": "STREAM", "row_estimate": .integer(rows),
            "byte_estimate": .integer(bytes),
        ]
        if let namespace = descriptor.namespace { estimate["namespace"] = .string(namespace) }
        try output.trace("ESTIMATE", "estimate", estimate)
    }

    private func run() throws {
        guard !isRunning else { return }
        isRunning = true
        try status(.running)
    }

    private func stamp() {
        let now = output.now
        guard now != emittedAt else { return }
        emittedAt = now
        tail = Array(",\"emitted_at\":\(now)}}\n".utf8)
    }
}
