// A program that is a worker (`host`) or an attempt's process (`attempt`), for tests that kill one of them.
import Glibc
import Launcher
import Posix

Signals.ignoreBrokenPipes()
switch CommandLine.arguments.dropFirst().first {
case "attempt": AttemptGuard.run { try FixtureAttempt(context: $0).run() }
case "host": try await FixtureHost(arguments: Array(CommandLine.arguments.dropFirst(2))).run()
default: exit(64)
}
