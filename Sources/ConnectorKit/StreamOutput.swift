import Airbyte
package import JSON
import Synchronization
import Time

/// The messages of one stream.
package final class StreamOutput: RowOutput, Sendable {
    package enum Status: String, Sendable {
        case started = "STARTED"
        case running = "RUNNING"
        case complete = "COMPLETE"
        case incomplete = "INCOMPLETE"
    }

    private struct Progress {
        var isRunning = false
        /// Records since the last state. What is counted here is on its way before anything that is sent later.
        var count = 0
        var stamp = RecordStamp()
    }

    let descriptor: StreamDescriptor
    /// What a record begins with.
    let head: [UInt8]
    private let output: ConnectorOutput
    private let progress = Mutex(Progress())
    /// The one state that this stream's is a part of, where its source has such.
    private weak let whole: GlobalOutput?

    init(_ descriptor: StreamDescriptor, _ output: ConnectorOutput, in whole: GlobalOutput? = nil) {
        self.descriptor = descriptor
        self.output = output
        self.whole = whole
        var text = #"{"type":"RECORD","record":{"stream":\#(JSON.string(descriptor.name).text),"#
        if let namespace = descriptor.namespace { text += #""namespace":\#(JSON.string(namespace).text),"# }
        head = Array((text + #""data":"#).utf8)
    }

    /// Has `body` read the stream; tells before that it begins, and afterwards how it ended. What `body` throws names the
    /// stream from then on.
    package func reading(_ body: (StreamOutput) throws -> Void) throws {
        try status(.started)
        do {
            try body(self)
            try status(.complete)
        } catch {
            try status(.incomplete)
            let cause = ConnectorError(error)
            throw ConnectorError(cause.code, cause.message, detail: cause.detail, stream: descriptor)
        }
    }

    /// Sends a record whose data `write` appends as one JSON object; when it throws, nothing is sent.
    package func record(_ write: (inout [UInt8]) throws -> Void) throws {
        try progress.withLock { progress in
            try run(&progress)
            // Looking at the clock for each record costs more than writing it.
            if progress.count & 63 == 0 { progress.stamp.set(now) }
            try output.append { bytes in
                bytes += head
                try write(&bytes)
                bytes += progress.stamp.tail
            }
            progress.count += 1
        }
    }

    package func record(_ data: JSON) throws {
        try record { data.write(into: &$0) }
    }

    /// Sends a record of which some fields could not be had; it says which, so that nobody takes them for empty.
    package func record(lacking fields: [String], _ write: (inout [UInt8]) throws -> Void) throws {
        try record { bytes in
            try write(&bytes)
            guard !fields.isEmpty else { return }
            let changes = fields.map { field -> JSON in
                ["field": .string(field), "change": "NULLED", "reason": "SOURCE_RETRIEVAL_ERROR"]
            }
            bytes += #","meta":"#.utf8
            (["changes": .array(changes)] as JSON).write(into: &bytes)
        }
    }

    package func rows(_ count: Int, columns: [String], _ body: [UInt8]) throws {
        try progress.withLock { progress in
            try run(&progress)
            try output.append { bytes in
                block(count, columns, body.count).json.write(into: &bytes)
                bytes.append(UInt8(ascii: "\n"))
                bytes += body
            }
            progress.count += count
        }
    }

    /// Sends a state that covers all the records sent before it.
    package func state(_ state: JSON) throws {
        if let whole {
            whole.set(state, of: descriptor)
            return try whole.send()
        }
        try progress.withLock { progress in
            let payload: JSON = [
                "type": "STREAM", "stream": StreamState(descriptor: descriptor, state: state).json,
                "sourceStats": ["recordCount": .number(.init(grammatical: "\(progress.count).0"))],
            ]
            progress.count = 0
            try output.message("STATE", "state", payload)
        }
    }

    /// How many records went out since the last call.
    func takeCount() -> Int {
        progress.withLock { progress in
            defer { progress.count = 0 }
            return progress.count
        }
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

    /// Sends whole messages of `count` records.
    func send(_ messages: [UInt8], count: Int) throws {
        try progress.withLock { progress in
            try run(&progress)
            try output.append(messages)
            progress.count += count
        }
    }

    /// What announces a block that is sent now.
    func block(_ count: Int, _ columns: [String], _ bytes: Int) -> RowBlock {
        RowBlock(stream: descriptor, columns: columns, rows: count, bytes: bytes, emittedAt: now)
    }

    var now: Int64 { output.now }

    private func run(_ progress: inout Progress) throws {
        guard !progress.isRunning else { return }
        progress.isRunning = true
        try status(.running)
    }
}
