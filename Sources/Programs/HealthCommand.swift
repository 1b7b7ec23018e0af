import Assembly
import HTTPClient
import JSON
package import Posix

/// `swiftlet health`: for the health checks of containers and service managers.
package enum HealthCommand {
    private static let usage = """
        Usage: swiftlet health [URL | worker | cron]

          URL            of a server; default http://127.0.0.1:8000
          worker, cron   whether the one that leaves its sign of life in SWIFTLET_PULSE_FILE holds its lease, or looks at
                         the schedules

        Ends with 0 where it is healthy, else with 1 and a sentence.
        """

    package static func run(_ arguments: [String], _ environment: Environment) async throws {
        // What begins with a dash is a flag; there are none but --help.
        let flags = arguments.filter { $0.hasPrefix("-") }
        _ = try Options(flags, valued: [], usage: usage)
        guard arguments.count <= 1 else { throw UsageError("One URL, worker or cron is enough.", usage: usage) }
        switch arguments.first {
        case "worker", "cron": try Pulse.require(of: arguments[0], environment)
        case let address: try await askServer(address ?? "http://127.0.0.1:8000")
        }
        Console.say("healthy")
    }

    private static func askServer(_ address: String) async throws {
        let path = "/api/v1/health"
        var settings = HTTPClientSettings()
        settings.total = .seconds(3)
        settings.connect = .seconds(2)
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        let reply = try await HTTPClient(settings).send(
            HTTPCall(WebAddress(base.hasSuffix(path) ? base : base + path)))
        let isAvailable = (try? JSON.parse(reply.body))?["available"] == true
        guard reply.status == 200, isAvailable else {
            throw SettingsError("The server answered \(reply.status); its log says what is wrong.")
        }
    }
}
