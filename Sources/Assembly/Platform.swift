package import Access
package import Crypto
package import Flow
package import Log
import Posix
import Postgres
package import SQL
import Schema
package import Secrets
package import Sync

/// What every program is built on: settings, the open store, the key, the log.
package struct Platform: Sendable {
    package var settings: Settings
    package let data: DataDirectory
    package let database: any Database
    /// A path to the store of its own for renewing leases, so that no other work can hold them up.
    package let leases: any Database
    package let vault: SecretVault
    private let key: SealingKey
    package let log: Log

    package init(
        settings: Settings, data: DataDirectory, location: StoreLocation, key: SealingKey, log: Log
    ) async throws {
        self.settings = settings
        self.data = data
        self.log = log
        self.key = key
        vault = SecretVault(key: key)
        database = try await location.open(connections: settings.databaseConnections)
        switch location {
        case .sqlite: leases = database
        case .postgres(let postgres):
            leases = PostgresDatabase(postgres, connections: 1, patience: settings.flow.heartbeat)
        }
    }

    package var flows: FlowClient { FlowClient(database: database, poll: settings.flow.poll) }
    package var orders: JobOrders {
        JobOrders(database: database, flows: flows, limits: settings.limits, watch: settings.failures, log: log)
    }
    package var calls: ConnectorCalls {
        ConnectorCalls(database: database, flows: flows, vault: vault, settings: settings.sync)
    }

    /// For the one HTTP server of this process. Throws a sentence where a setting makes no sense.
    package func accessServices() throws -> AccessServices {
        AccessServices(database: database, key: key, settings: try AccessSettings(environment: settings.environment))
    }

    /// Gives the first administrator what the environment says. Returns a sentence for each thing done.
    func seedAdmin() async throws -> [String] {
        try await FirstAdmin(environment: settings.environment).seed(in: database, key: key)
    }

    /// Throws a sentence that names the command to run where the schema is not this version's.
    package func verifySchema() async throws { try await Migrator(database).verify() }

    /// Throws a sentence where the database's secrets are sealed with another key than this program's.
    package func verifyKey() async throws {
        try await database.read { [vault] session in try vault.verifyKey(in: session) }
    }

    package func close() async {
        await leases.close()
        await database.close()
    }
}
