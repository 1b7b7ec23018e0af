import CScan
import JSON

/// What a connector says in its log.
package struct LogMessage: Sendable, Hashable {
    package enum Level: String, Sendable, Codable {
        case fatal = "FATAL"
        case error = "ERROR"
        case warn = "WARN"
        case info = "INFO"
        case debug = "DEBUG"
        case trace = "TRACE"
    }

    package var level: Level
    package var message: String
    package var stackTrace: String?

    package init(_ level: Level, _ message: String, stackTrace: String? = nil) {
        self.level = level
        self.message = message
        self.stackTrace = stackTrace
    }

    /// Nil without a level and a message; a level that is not the protocol's counts as INFO.
    init?(json: JSON) {
        guard let level = json["level"]?.stringValue, let message = json["message"]?.stringValue else { return nil }
        self.init(Level(rawValue: level) ?? .info, message, stackTrace: json["stack_trace"]?.stringValue)
    }
}

extension LogMessage {
    /// How a line that is no message is logged (protocol.md 1.14): as it is, cut at `limit` bytes, unless it might hold
    /// a record, whose data must not reach a log.
    package init(unreadable line: UnsafeBufferPointer<UInt8>, limit: Int = 8192) {
        if Self.mayHoldRecord(line) {
            self.init(
                .warn, "A malformed RECORD message of \(line.count) bytes was passed over; its data is not logged.")
        } else {
            self.init(.info, String(decoding: line.prefix(limit), as: UTF8.self))
        }
    }

    /// Whether a line that is no message was meant to be a record (protocol.md 1.14). One without a newline, at the
    /// very end of the output, was cut off: then any message could have been one.
    package static func isBrokenRecord(_ line: UnsafeBufferPointer<UInt8>, isCutOff: Bool) -> Bool {
        let beginning = line.lazy.filter { $0 != 32 && $0 != 9 }.prefix(recordBeginning.count)
        if isCutOff { return beginning.first == UInt8(ascii: "{") }
        return beginning.elementsEqual(recordBeginning) { $0 == $1 || $0 | 0x20 == $1 }
    }

    private static let recordBeginning = Array(#"{"type":"record","record":"#.utf8)

    private static func mayHoldRecord(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = line.baseAddress else { return false }
        // A key written with escapes could hide from the search.
        let signs = base[0] == UInt8(ascii: "{") ? ["\"record\"", "\"RECORD\"", "\\u"] : ["\"record\"", "\"RECORD\""]
        return signs.contains { sign in
            Array(sign.utf8).withUnsafeBufferPointer { part in
                part.baseAddress.map { cscan_contains(base, line.count, $0, part.count) != 0 } ?? false
            }
        }
    }
}
