import JSON
import Store
import Time

/// Whoever waits for a job asks for the same log over and over.
private let wires = Memo()

extension AttemptLogTail {
    var wire: JSON {
        if isCut { return AttemptLog(lines: lines, isCut: true).wire }
        return wires.value(of: String(decoding: lines, as: UTF8.self)) { AttemptLog(lines: Array($0.utf8)).wire }
    }
}

extension AttemptLog {
    /// Both shapes in one object: newer clients read the events, older ones the lines.
    var wire: JSON {
        var shown = events
        if isCut {
            let note = Event(
                timestamp: events.first?.timestamp ?? 0, level: "warn",
                message: "Older lines of this log are left out here.", source: "platform")
            shown.insert(note, at: 0)
        }
        return [
            "version": "1", "events": .array(shown.map(\.wire)), "logLines": .array(shown.map { .string($0.line) }),
        ]
    }
}

extension AttemptLog.Event {
    fileprivate var wire: JSON {
        [
            "timestamp": .integer(timestamp), "level": .string(level), "message": .string(message),
            "logSource": .string(source),
        ]
    }

    /// As one line for people: time, source, level, message.
    var line: String {
        "\(Instant(milliseconds: timestamp).iso8601) \(source) > \(level.uppercased()) \(message)"
    }
}
