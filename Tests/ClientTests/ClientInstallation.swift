import JSON
import TestKit
import Testing

/// A Swiftlet on either store, and a Postgres database for its syncs to write to. On SQLite nobody signs in, on Postgres
/// everybody does.
struct ClientInstallation: Sendable {
    enum Store: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case sqlite, postgres
        var testDescription: String { rawValue }
    }

    let api: APIClient
    let directory: String
    /// The database, as our connectors are told of it.
    let warehouse: JSON
    /// What a client finds of them in its environment.
    let credentials: ClientCredentials?
    private let owner: any Sendable
    private let programs: [RunningProgram]

    static func start(_ store: Store) async throws -> ClientInstallation {
        let postgres = try await ThrowawayPostgres.shared()
        let warehouse = postgres.connectorConfiguration(try await postgres.freshDatabase())
        switch store {
        case .sqlite:
            let installation = try Installation()
            let (program, api) = try await installation.up()
            return ClientInstallation(
                api: api, directory: installation.directory, warehouse: warehouse, credentials: nil,
                owner: installation, programs: [program])
        case .postgres:
            let credentials = try ClientCredentials()
            let fleet = try await Fleet(settings: credentials.settings)
            let programs = [try await fleet.worker(), try await fleet.cron()]
            return ClientInstallation(
                api: fleet.api, directory: fleet.installation.directory, warehouse: warehouse,
                credentials: credentials, owner: fleet, programs: programs)
        }
    }
}
