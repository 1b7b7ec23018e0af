import Assembly
import Log
package import Posix
import Service

/// `swiftlet-cron`, or `swiftlet cron`.
package enum CronProgram {
    private static let usage = """
        Usage: swiftlet-cron

        Fires schedules and deletes what is too old. Needs DATABASE_URL (Postgres) and SWIFTLET_KEY_FILE or
        SWIFTLET_KEY. A second one beside it does no harm.
        """

    package static func run(_ arguments: [String], _ environment: Environment) async throws {
        _ = try Options(arguments, valued: [], usage: usage)
        let platform = try await SeparateProgram.open("swiftlet-cron", environment: environment)
        // From here on a signal stops the program in good order.
        let signals = try Signals.stream(of: [.terminate, .interrupt])
        try await Services(platform.cronServices, log: platform.log).run(onSignals: signals)
        await platform.close()
    }
}
