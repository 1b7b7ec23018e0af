package import JSON
import Time
import Glibc

/// Writes one JSON line per event to standard error.
///
/// A value: copy it with more `metadata` for each part that logs. A line is one `write(2)`, so lines of several
/// threads never mix.
package struct Log: Sendable {
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case debug, info, warning, error

        package static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
        private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }
    }

    package var level: Level
    /// Members that every line of this log carries.
    package var metadata: JSONObject
    private let sink: @Sendable ([UInt8]) -> Void

    package init(
        level: Level = .info, metadata: JSONObject = JSONObject(),
        sink: @escaping @Sendable ([UInt8]) -> Void = Log.standardError
    ) {
        self.level = level
        self.metadata = metadata
        self.sink = sink
    }

    /// This log with `name` as the part that speaks.
    package func named(_ name: String) -> Log { with("part", .string(name)) }

    package func with(_ key: String, _ value: JSON) -> Log {
        var copy = self
        copy.metadata[key] = value
        return copy
    }

    package func debug(_ message: @autoclosure () -> String, _ details: JSONObject = [:]) {
        write(.debug, message, details)
    }
    package func info(_ message: @autoclosure () -> String, _ details: JSONObject = [:]) {
        write(.info, message, details)
    }
    package func warning(_ message: @autoclosure () -> String, _ details: JSONObject = [:]) {
        write(.warning, message, details)
    }
    package func error(_ message: @autoclosure () -> String, _ details: JSONObject = [:]) {
        write(.error, message, details)
    }

    private func write(_ level: Level, _ message: () -> String, _ details: JSONObject) {
        guard level >= self.level else { return }
        var line = JSONObject()
        line["time"] = .string(SystemClock().now.iso8601)
        line["level"] = .string(level.rawValue)
        line["message"] = .string(message())
        for (key, value) in metadata { line[key] = value }
        for (key, value) in details { line[key] = value }
        sink(JSON.object(line).bytes + [10])
    }

    /// Drops what cannot be written: a full disk must not stop the program.
    package static let standardError: @Sendable ([UInt8]) -> Void = { line in
        line.withUnsafeBytes { _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }

    /// Says nothing.
    package static let silent = Log(level: .error, sink: { _ in })
}
