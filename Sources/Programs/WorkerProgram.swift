import Assembly
import Log
package import Posix
import Service

/// `swiftlet-worker`, or `swiftlet worker`.
package enum WorkerProgram {
    private static let usage = """
        Usage: swiftlet-worker [--workers N]

        Carries out syncs and connector calls; start as many as are needed, on as many machines. Needs DATABASE_URL
        (Postgres) and SWIFTLET_KEY_FILE or SWIFTLET_KEY. N: how many syncs at once.
        """

    package static func run(_ arguments: [String], _ environment: Environment) async throws {
        let options = try Options(arguments, valued: ["--workers"], usage: usage)
        let seats = try options.number("--workers", in: 1...1000, usage: usage)
        var platform = try await SeparateProgram.open("swiftlet-worker", environment: environment)
        platform.settings.syncSeats = seats ?? platform.settings.syncSeats
        // From here on a signal stops the program in good order.
        let signals = try Signals.stream(of: [.terminate, .interrupt])
        try await Services(platform.workerServices(program: "swiftlet-worker"), log: platform.log).run(
            onSignals: signals)
        await platform.close()
    }
}
