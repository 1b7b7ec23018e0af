package import Airbyte
import Glibc
import JSON
import Posix
import Synchronization
import Time

/// The messages a connector sends, gathered into large writes.
///
/// States, statuses and logs leave at once; records leave when enough have gathered, with the next of those, or when
/// nothing follows for a moment. Every function throws when the reader is gone.
package final class ConnectorOutput: Sendable {
    private struct Buffer {
        var bytes: [UInt8] = []
        /// Grows with every message, so that an idle moment can be told.
        var messages = 0
        var scrubber = SecretScrubber.none
        var isBroken = false
        var hasEnded = false
    }

    private static let size = 1 << 17

    private let descriptor: CInt
    private let buffer = Mutex(Buffer())

    package init(_ descriptor: CInt) { self.descriptor = descriptor }

    /// The messages of one stream.
    package func stream(_ stream: StreamDescriptor) -> StreamOutput { StreamOutput(stream, self) }

    package func log(_ level: LogLevel, _ message: String) throws {
        try self.message("LOG", "log", ["level": .string(level.rawValue), "message": .string(scrubbed(message))])
    }

    /// Sends a line that was received, byte for byte, without waking the reader yet.
    package func echo(_ line: [UInt8]) throws {
        try append { bytes in
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    package func flush() throws {
        try buffer.withLock { try send(&$0) }
    }

    func trace(_ error: ConnectorError) throws {
        var payload: JSON = ["message": .string(scrubbed(error.message)), "failure_type": .string(error.code.rawValue)]
        if let detail = error.detail { payload["internal_message"] = .string(scrubbed(detail)) }
        if let stream = error.stream { payload["stream_descriptor"] = try JSON.encode(stream) }
        try trace("ERROR", "error", payload)
    }

    func trace(_ type: String, _ key: String, _ payload: JSON) throws {
        var trace: JSON = ["type": .string(type), "emitted_at": .number(.init(grammatical: "\(now).0"))]
        trace[key] = payload
        try message("TRACE", "trace", trace)
    }

    /// Sends SUCCEEDED, or FAILED with the reason when `check` throws.
    func connectionStatus(_ check: () throws -> Void) throws {
        var payload: JSON = ["status": "SUCCEEDED"]
        do {
            try check()
        } catch {
            payload = ["status": "FAILED", "message": .string(scrubbed(ConnectorError(error).message))]
        }
        try message("CONNECTION_STATUS", "connectionStatus", payload)
    }

    /// Sends a message at once.
    func message(_ type: String, _ key: String, _ payload: JSON) throws {
        var message: JSON = ["type": .string(type)]
        message[key] = payload
        try append { bytes in
            message.write(into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        try flush()
    }

    /// Appends whole lines; what `write` throws takes back what it had appended.
    func append(_ write: (inout [UInt8]) throws -> Void) throws {
        try buffer.withLock { buffer in
            let start = buffer.bytes.count
            do {
                try write(&buffer.bytes)
            } catch {
                buffer.bytes.removeSubrange(start...)
                throw error
            }
            buffer.messages += 1
            if buffer.bytes.count >= Self.size { try send(&buffer) }
        }
    }

    /// Appends whole lines that were put together elsewhere.
    func append(_ lines: [UInt8]) throws {
        guard lines.count >= Self.size else { return try append { $0 += lines } }
        try buffer.withLock { buffer in
            buffer.messages += 1
            try send(&buffer)
            buffer.isBroken = !lines.withUnsafeBytes(write)
            if buffer.isBroken { throw Self.gone }
        }
    }

    func hideSecrets(_ scrubber: SecretScrubber) {
        buffer.withLock { $0.scrubber = scrubber }
    }

    /// Makes sure that records reach the reader though none follow for a while.
    func flushWhenIdle() {
        Thread.start(stack: 1 << 17) { [self] in
            var seen = -1
            while true {
                usleep(200_000)
                let goesOn = buffer.withLock { buffer in
                    // A failed write is reported by whoever sends next.
                    if buffer.messages == seen { try? send(&buffer) }
                    seen = buffer.messages
                    return !buffer.hasEnded && !buffer.isBroken
                }
                guard goesOn else { return }
            }
        }
    }

    func end() {
        buffer.withLock { $0.hasEnded = true }
    }

    /// Runs `body` between two messages; false where one is being written just now.
    func leave(_ body: () -> Void) -> Bool {
        buffer.withLockIfAvailable { _ in body() } != nil
    }

    var now: Int64 { SystemClock().now.milliseconds }

    private func scrubbed(_ text: String) -> String {
        buffer.withLock { $0.scrubber }.scrubbed(text)
    }

    private func send(_ buffer: inout Buffer) throws {
        if buffer.isBroken { throw Self.gone }
        defer { buffer.bytes.removeAll(keepingCapacity: true) }
        buffer.isBroken = !buffer.bytes.withUnsafeBytes(write)
        if buffer.isBroken { throw Self.gone }
    }

    /// False where nobody reads any more.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
            if count < 0, errno != EINTR { return false }
            rest = rest.dropFirst(max(0, count))
        }
        return true
    }

    private static var gone: ConnectorError {
        ConnectorError(.system, "Nobody reads the connector's output any more.")
    }
}
