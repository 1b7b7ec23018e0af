import Airbyte
import Crypto
import Flow
import JSON
import Launcher
import Log
import Model
import Posix
import SQL
import Schedule
import Schema
import Secrets
import Service
import Store
import Sync
import TestKit
import Time

/// A migrated database with connections between one source and one destination, and a worker when it is asked for.
struct SyncFixture: Sendable {
    let database: TestDatabase
    let orders: JobOrders
    let flows: FlowClient
    let source: Model.Connector
    let destination: Model.Connector
    let vault = SecretVault(key: SealingKey())

    init(
        _ engine: Dialect.Engine, supportsRefreshes: Bool = false, limits: SyncLimits = SyncLimits()
    ) async throws {
        let database = try await TestDatabase.open(engine, migrations: Migration.all)
        let now = Instant(seconds: 1_800_000_000)
        let workspace = Workspace(name: "w", slug: "w", createdAt: now)
        let definitions = [ConnectorKind.source, .destination].map { kind in
            ConnectorDefinition(
                kind: kind, name: "d", repository: "exec:none", tag: "1",
                specification: ConnectorSpecification(json: [:]),
                supportsRefreshes: supportsRefreshes && kind == .destination, createdAt: now)
        }
        let connectors = definitions.map { definition in
            Model.Connector(
                kind: definition.kind, definitionID: definition.id, workspaceID: workspace.id, name: "c",
                configuration: [:], createdAt: now, updatedAt: now)
        }
        try await database.write { session in
            try session.seedOwner(organization: "o", email: "e")
            try session.seed(workspace)
            for definition in definitions { try session.insert(definition) }
            for connector in connectors { try session.insert(connector) }
        }
        self.database = database
        source = connectors[0]
        destination = connectors[1]
        flows = FlowClient(database: database, poll: .milliseconds(20))
        orders = JobOrders(database: database, flows: flows, limits: limits)
    }

    static let users = StreamDescriptor(name: "users")
    static let orders = StreamDescriptor(name: "orders")

    /// Adds a connection with one full refresh stream, `users`, or with those that are named.
    func connection(
        _ schedule: ConnectionSchedule = .manual, streams: [ConfiguredStream]? = nil, runPolicy: RunPolicy = RunPolicy()
    ) async throws -> ConnectionID {
        let now = Instant(seconds: 1_800_000_000)
        let connection = Connection(
            workspaceID: source.workspaceID, sourceID: source.id, destinationID: destination.id, name: "c",
            status: .active, schedule: schedule,
            catalog: ConfiguredCatalog(
                streams: streams ?? [
                    ConfiguredStream(
                        stream: AirbyteStream(name: "users", jsonSchema: [:]), syncMode: .fullRefresh,
                        destinationSyncMode: .overwrite)
                ]), runPolicy: runPolicy, createdAt: now, updatedAt: now)
        try await database.write { try $0.insert(connection) }
        return connection.id
    }

    /// An incremental stream with a key.
    static func incremental(_ name: String) -> ConfiguredStream {
        ConfiguredStream(
            stream: AirbyteStream(name: name, jsonSchema: [:]), syncMode: .incremental,
            destinationSyncMode: .appendDedup, cursorField: ["at"], primaryKey: [["id"]])
    }

    func job(_ id: JobID) async throws -> Job { try await database.read { try $0.job(id) } }

    /// Lets a worker carry a job's run out to its end. No connector can be started here.
    ///
    /// - Parameters:
    ///   - discovery: carries discoveries out in place of a connector.
    ///   - isLeft: when the worker leaves the run to another one; nil: it stays to the end.
    func carryOut(
        _ job: Job, discovery: ScriptedDiscovery = ScriptedDiscovery(.fails), settings: SyncSettings = SyncSettings(),
        listener: any SchemaChangeListener = EventRecorder(), isLeft: (@Sendable () async throws -> Bool)? = nil
    ) async throws {
        let directory = "/tmp/swiftlet-sync-\(UUID())"
        defer { try? Directory.remove(directory) }
        let launch = LaunchSettings(dataDirectory: directory, environment: .current)
        let claim = try OwnerClaim(owner: "test", dataDirectory: directory)
        let workflows = SyncWorkflows(
            processes: AttemptProcesses(settings: launch, claim: claim, environment: [:], log: .silent),
            vault: vault, calls: ConnectorCalls(database: database, flows: flows, vault: vault, settings: settings),
            policy: RetryPolicy(), settings: settings, schemaChanges: listener, log: .silent)
        let others = workflows.all.filter { type(of: $0).name != DiscoverCatalog.name }
        if let isLeft {
            try await withWorker(others + [discovery]) { try await eventually { try await isLeft() } }
            return
        }
        let result = try await withWorker(others + [discovery]) {
            try await flows.result(of: RunID(job.runID ?? 0), SyncConnection.self, timeout: .seconds(30))
        }
        if result == nil { throw DatabaseError(.other, "The run did not end.") }
    }

    /// Runs `body` while a worker of these workflows works.
    func withWorker<Value: Sendable>(
        _ workflows: [any Workflow], seats: Int = 8, _ body: () async throws -> Value
    ) async throws -> Value {
        var settings = FlowSettings()
        settings.poll = .milliseconds(20)
        settings.finish = .zero
        let rescuer = RunRescuer(database: database, host: "h", settings: settings, log: .silent) { _ in }
        let claimer = RunClaimer(
            database: database,
            worker: WorkerIdentity(host: "h", pid: 1, processStarted: 1, program: "test", version: "1"),
            workflows: workflows,
            seats: [SyncConnection.queue: seats, CheckConnector.queue: seats, DeliverNotice.queue: seats],
            rescuer: rescuer, settings: settings, log: .silent)
        let stop = StopSignal()
        async let worker: Void = claimer.run(until: stop)
        let value: Value
        do { value = try await body() } catch {
            stop.request()
            try await worker
            throw error
        }
        stop.request()
        try await worker
        return value
    }
}
