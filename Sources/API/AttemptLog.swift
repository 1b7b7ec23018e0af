import JSON
import Time

/// The end of an attempt's log, read from the lines in which it is stored.
struct AttemptLog: Sendable {
    struct Event: Sendable, Hashable {
        var timestamp: Int64
        var level: String
        var message: String
        var source: String
    }

    /// No answer holds more of them.
    static let mostEvents = 1_000_000
    /// Stored bytes that one answer may hold, all attempts together; each is sent twice, in two shapes.
    static let mostBytes = 4 << 20

    private(set) var events: [Event] = []
    /// Whether older lines were left out.
    private(set) var isCut = false

    init() {}

    /// Lines that are no JSON object are kept as messages of the platform: better odd than lost.
    init(lines: some Collection<UInt8>, isCut: Bool = false) {
        let all = lines.split(separator: UInt8(ascii: "\n"))
        self.isCut = isCut || all.count > Self.mostEvents
        events = all.suffix(Self.mostEvents).map { Event(line: Array($0)) }
    }
}

extension AttemptLog.Event {
    init(line: [UInt8]) {
        guard let json = try? JSON.parse(line), json.objectValue != nil else {
            self.init(timestamp: 0, level: "info", message: String(decoding: line, as: UTF8.self), source: "platform")
            return
        }
        self.init(
            timestamp: Int64(min(max(json["timestamp"]?.intValue ?? 0, 0), Self.latest)),
            level: Self.level(json["level"]?.stringValue),
            message: json["message"]?.stringValue ?? "",
            source: ["source", "destination"].first { $0 == json["logSource"]?.stringValue } ?? "platform")
    }

    /// The end of the year 9999, beyond which no client can read a time.
    private static let latest = 253_402_300_799_999

    /// The interface knows five levels.
    private static func level(_ text: String?) -> String {
        if text == "INFO" || text == "info" { return "info" }
        return switch text?.lowercased() {
        case "fatal", "error": "error"
        case "warn", "warning": "warn"
        case "debug": "debug"
        case "trace": "trace"
        default: "info"
        }
    }
}
