import Assembly
import HTTP
import Log
package import Posix
import Service

/// `swiftlet-server`, or `swiftlet server`.
package enum ServerProgram {
    private static let usage = """
        Usage: swiftlet-server [--host ADDRESS] [--port N] [--insecure-no-auth]

        Serves the API. Needs DATABASE_URL (Postgres) and SWIFTLET_KEY_FILE or SWIFTLET_KEY.
        """

    package static func run(_ arguments: [String], _ environment: Environment) async throws {
        let options = try Options(
            arguments, valued: ["--host", "--port"], bare: ["--insecure-no-auth"], usage: usage)
        let port = try options.number("--port", in: 0...65_535, usage: usage) ?? 8000
        let platform = try await SeparateProgram.open("swiftlet-server", environment: environment)
        // From here on a signal stops the program in good order.
        let signals = try Signals.stream(of: [.terminate, .interrupt])
        let http = try platform.httpService(
            host: options["--host"] ?? "127.0.0.1", port: UInt16(port),
            allowsNoAuth: options.has("--insecure-no-auth"))
        platform.log.info("Listening on \(http.server.host), port \(http.server.port).")
        ServiceManager(environment)?.ready()
        try await Services([http], log: platform.log).run(onSignals: signals)
        await platform.close()
    }
}
