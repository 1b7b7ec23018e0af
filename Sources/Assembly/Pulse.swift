import Glibc
import Log
package import Posix
import Service

/// A program's sign of life, for those who look from outside: a file that says until when the program counts as healthy.
/// `SWIFTLET_PULSE_FILE` names it, one for each program, best on a file system in memory. A service manager that asks hears
/// of each, too: the first one tells it that the program is ready.
package struct Pulse: Sendable {
    private static let variable = "SWIFTLET_PULSE_FILE"

    private let path: String?
    private let manager: ServiceManager?
    private let program: String

    /// Nil where nobody looks.
    init?(of program: String, _ environment: Environment) {
        path = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
        manager = ServiceManager(environment)
        self.program = program
        if path == nil, manager == nil { return nil }
    }

    /// Says that the program is healthy for another while. A file that cannot be written makes it look dead, no more.
    func beat(for duration: Duration) {
        if let path {
            let line = Self.line(program, until: BootClock.now + duration)
            // Always as long as before, and in one go, so that nobody reads a part of it.
            try? Descriptor.open(path, O_WRONLY | O_CREAT).write(Array(line.utf8))
        }
        manager?.ready()
    }

    /// Throws a sentence where the program has left no sign of life that still counts.
    package static func require(of program: String, _ environment: Environment) throws {
        guard let path = environment[variable], !path.isEmpty else {
            throw SettingsError("\(variable) is not set, here or where the \(program) runs, so nothing is known of it.")
        }
        guard let bytes = try? SecureFile.read(path, limit: 512) else {
            throw SettingsError("The \(program) has given no sign of life yet (\(path)).")
        }
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 3, words[0] == program, words[1] == ProcessIdentity.current.host,
            let until = Int64(words[2])
        else { throw SettingsError("\(path) is not the sign of life of a \(program) on this host.") }
        let silence = BootClock.now - BootInstant(nanoseconds: until)
        guard silence < .zero else {
            throw SettingsError(
                "The \(program) should have given a sign of life \(silence.components.seconds) s ago; its log says why."
            )
        }
    }

    private static func line(_ program: String, until: BootInstant) -> String {
        let digits = String(until.nanoseconds)
        let padding = String(repeating: "0", count: max(0, 19 - digits.utf8.count))
        return "\(program) \(ProcessIdentity.current.host) \(padding)\(digits)\n"
    }
}
