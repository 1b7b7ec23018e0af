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
    /// Whether everyone who can reach the server may do everything.
    package var isNoAuth: Bool
    /// Finds out who sends a request.
    package var callers: any CallerFinding
    /// How far the syncs that the clock starts are moved apart.
    package var jitter: ScheduleJitter
    /// Where answers that are long are put together; its files have no names.
    package var scratchDirectory: String
    /// Has connections take note of changes at their sources.
    package var schemaUpdater: SchemaUpdater
    /// Calls receivers for whoever tries a notification out.
    package var client: HTTPClient

    package init(
        database: any Database, vault: SecretVault, calls: any ConnectorCalling, orders: any JobOrdering,
        clock: any WallClock = SystemClock(), log: Log, version: String, isNoAuth: Bool,
        callers: any CallerFinding = NoSignIn(),
        jitter: ScheduleJitter = .off, scratchDirectory: String = "/tmp",
        schemaChanges: any SchemaChangeListener = EventRecorder(), client: HTTPClient = HTTPClient(),
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
        self.isNoAuth = isNoAuth
        self.callers = callers
        self.jitter = jitter
        self.scratchDirectory = scratchDirectory
        schemaUpdater = SchemaUpdater(vault: vault, listener: schemaChanges)
        self.client = client
    }
}
