package import Access
package import HTTPClient
package import Log
package import SQL
package import Schedule
package import Secrets
package import Sync
package import Time

/// What the routes work with.
package struct APIServices: Sendable {
    package var database: any Database
    package var vault: SecretVault
    package var calls: any ConnectorCalling
    /// Calls connectors for clients that come back for the answer.
    package var commands: ConnectorCommands
    package var orders: any JobOrdering
    package var clock: any WallClock
    package var log: Log
    package var version: String
    /// Finds out who sends a request.
    package var access: AccessServices
    /// How far the syncs that the clock starts are moved apart.
    package var jitter: ScheduleJitter
    /// Where answers that are long are put together; its files have no names.
    package var scratchDirectory: String
    /// Has connections take note of changes at their sources.
    package var schemaUpdater: SchemaUpdater
    /// Calls receivers for whoever tries a notification out.
    package var client: HTTPClient
    let specifications = CompiledSpecifications()
    /// How long a request that makes a connection waits for the source to tell its streams.
    package var discoverPatience: Duration

    package init(
        database: any Database, vault: SecretVault, calls: any ConnectorCalling, orders: any JobOrdering,
        clock: any WallClock = SystemClock(), log: Log, version: String, access: AccessServices,
        jitter: ScheduleJitter = .off, scratchDirectory: String = "/tmp",
        schemaChanges: any SchemaChangeListener = EventRecorder(), client: HTTPClient = HTTPClient(),
        discoverPatience: Duration = .seconds(20),
        commands: ConnectorCommands? = nil
    ) {
        self.database = database
        self.vault = vault
        self.calls = calls
        self.commands = commands ?? ConnectorCommands(database: database, vault: vault)
        self.orders = orders
        self.clock = clock
        self.log = log.named("api")
        self.version = version
        self.access = access
        self.jitter = jitter
        self.scratchDirectory = scratchDirectory
        schemaUpdater = SchemaUpdater(vault: vault, listener: schemaChanges)
        self.client = client
        self.discoverPatience = discoverPatience
    }
}
