import Posix

/// The four programs on a Postgres database of their own: bootloader run, server up, workers and cron as asked.
package final class Fleet: Sendable {
    package let installation: Installation
    /// The URL of the programs' database.
    package let database: String
    package let server: RunningProgram
    package let api: APIClient

    package init(on postgres: ThrowawayPostgres? = nil, settings: [String: String] = [:]) async throws {
        let postgres = if let postgres { postgres } else { try await ThrowawayPostgres.shared() }
        database = try await postgres.freshDatabase()
        installation = try Installation(database: database, settings: settings)
        let boot = try await installation.run("swiftlet-bootloader")
        guard boot.exit == .exited(0) else { throw RunningProgram.Failure(description: boot.output) }
        (server, api) = try await installation.server()
    }

    package func worker(settings: [String: String] = [:], prefix: [String] = []) async throws -> RunningProgram {
        try await installation.start("swiftlet-worker", settings: settings, prefix: prefix)
    }

    package func cron() async throws -> RunningProgram { try await installation.start("swiftlet-cron") }
}
