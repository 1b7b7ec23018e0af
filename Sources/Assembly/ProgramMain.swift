import Glibc
package import Posix
import Replication

/// How every program begins and ends.
package enum ProgramMain {
    /// The word that makes a program the process of one attempt instead; only a worker says it.
    private static let attempt = "attempt"

    package typealias Body = @Sendable ([String], Environment) async throws -> Void

    /// Runs `body` and exits: 0 when it returns or help was asked for, 2 where the command line makes no sense, 1 with
    /// its sentence on standard error when it throws anything else. The main thread waits.
    package static func run(
        _ name: String, _ arguments: [String] = Array(CommandLine.arguments.dropFirst()), body: @escaping Body
    ) -> Never {
        FirstProcess.standAside()
        Signals.ignoreBrokenPipes()
        // Connectors run as the same user and must not read the key out of this program's environment.
        ProcessIdentity.hideMemory()
        if ["--version", "version"].contains(arguments.first) {
            Console.say("\(name) \(Settings.version)")
            exit(0)
        }
        // Outside of a task the default is a priority above others, which only root may give: everybody else gets a line in the
        // system log instead.
        Task(priority: .medium) { await carryOut(name, arguments, body) }
        while true { pause() }
    }

    private static func carryOut(_ name: String, _ arguments: [String], _ body: Body) async -> Never {
        do {
            var environment = Environment.current
            try TrustedAuthorities.take(into: &environment)
            try await body(arguments, environment)
            exit(0)
        } catch let help as HelpRequest {
            Console.say(help.usage)
            exit(0)
        } catch let error as UsageError {
            Console.complain("\(name): \(error.sentence)\n\n\(error.usage)")
            exit(2)
        } catch {
            Console.complain("\(name): \(error)")
            exit(1)
        }
    }

    /// Becomes the process of an attempt where the arguments say so. Must be called on the main thread, before
    /// anything asynchronous: connectors die with the thread that starts them.
    package static func becomeAttemptIfAsked() {
        if CommandLine.arguments.dropFirst().first == attempt { AttemptProgram.run() }
    }
}
