import Glibc
import Posix
import Synchronization
import Time

/// The log of a program on disk: one file a day, `NAME-2026-01-31.log`.
///
/// A line that cannot be written is dropped; a full disk must not stop the program.
package final class LogFile: Sendable {
    private struct State {
        var day: Int64 = .min
        var file: Descriptor?
    }

    private let directory: String
    private let name: String
    private let state = Mutex(State())

    /// Makes the directory where it is missing.
    package init(name: String, in data: String) throws {
        directory = LogFile.directory(in: data)
        self.name = name
        try Directory.create(directory, mode: 0o700)
    }

    package static func directory(in data: String) -> String { data + "/logs" }

    package func append(_ line: [UInt8]) {
        let now = SystemClock().now
        let day = now.seconds / 86_400
        state.withLock { state in
            if state.day != day {
                let path = "\(directory)/\(name)-\(now.iso8601.prefix(10)).log"
                state.file = try? Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
                state.day = day
            }
            try? state.file?.write(line)
        }
    }

    /// The day of a file that this type has written; nil for any other name.
    static func day(of file: String) -> Instant? {
        guard file.hasSuffix(".log") else { return nil }
        return Instant(iso8601: file.dropLast(4).suffix(10))
    }
}
