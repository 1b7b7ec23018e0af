import Airbyte
import Crypto
import Flow
import JSON
import Launcher
import Log
import Model
import Posix
import SQL
import Secrets
import Store
import Sync
import TestKit
import Time

/// A connection whose workspace tells receivers, and a worker that carries the telling out.
struct NoticeBench: Sendable {
    let fixture: SyncFixture
    let vault = SecretVault(key: SealingKey())
    let connection: ConnectionID
    var settings = NoticeSettings()

    init(_ engine: Dialect.Engine, streams: [ConfiguredStream]? = nil, runPolicy: RunPolicy = RunPolicy()) async throws
    {
        fixture = try await SyncFixture(engine, supportsRefreshes: true)
        connection = try await fixture.connection(streams: streams, runPolicy: runPolicy)
        settings.pauses = Retry.upTo(.max, pausing: .milliseconds(1))
    }

    var database: TestDatabase { fixture.database }

    func tell(_ trigger: NotificationSettings.Trigger, _ item: NotificationSettings.Item?) async throws {
        let id = fixture.source.workspaceID
        try await database.write { session in
            var workspace = try session.lockedWorkspace(id)
            workspace.notifications[trigger] = item
            try session.update(workspace)
        }
    }

    /// A reference to a secret in the vault.
    func stored(_ secret: String) async throws -> JSON {
        try await database.write { [vault, fixture] session in
            try vault.split(
                ["secret": .string(secret)],
                schema: SecretSchema(["properties": ["secret": ["airbyte_secret": true]]]), replacing: nil,
                workspace: fixture.source.workspaceID, in: session, at: Instant(microseconds: session.now())
            )["secret"] ?? .null
        }
    }

    /// A job that ends as a worker would have ended it, after one attempt that moved these records of `users`.
    @discardableResult
    func job(
        _ kind: Job.Kind = .sync, records: Int64 = 3, committed: Int64? = nil, failure: FailureReason? = nil,
        warnings: [AttemptWarning] = []
    ) async throws -> Job {
        let job =
            kind == .refresh
            ? try await fixture.orders.refresh(connection, streams: [], mode: .merge)
            : try await fixture.orders.start(kind, connection: connection)
        try await database.write { session in
            let now = Instant(microseconds: try session.now())
            try session.setStatus(.running, of: job.id, at: now)
            let attempt = try session.insertAttempt(of: job.id, at: now)
            var stats = AttemptStats()
            stats.streams = [
                AttemptStats.Stream(
                    descriptor: SyncFixture.users, recordsEmitted: records, bytesEmitted: records * 10,
                    recordsCommitted: committed ?? records, bytesCommitted: (committed ?? records) * 10)
            ]
            stats.warnings = warnings
            try session.saveStats(stats, of: job.id, attempt: attempt.number, at: now)
            guard failure == nil else { return }
            try session.endAttempt(of: job.id, as: .succeeded, failures: [], at: now)
            try JobEnder(watch: FailureWatch(), log: .silent).succeed(session.lockedJob(job.id), in: session, at: now)
        }
        guard let failure else { return job }
        // Its run ends without it.
        let text = try JSON.encode(["kind": "x", "message": failure.externalMessage]).text
        try await database.write { session in
            _ = try session.run(
                "UPDATE run SET state = 'failed', ended_at = 1, error = \(text) WHERE id = \(job.runID)")
        }
        try await StrandedJobCloser(database: database, log: .silent).close()
        return job
    }

    static func failure(_ message: String) -> FailureReason {
        FailureReason(.source, .config, message, at: Instant(seconds: 1_800_000_000))
    }

    func events() async throws -> [ConnectionEvent] {
        try await database.read { [connection] session in
            var filter = EventFilter()
            filter.connection = connection
            return try session.events(filter)
        }
    }

    func event(_ kind: ConnectionEvent.Kind) async throws -> ConnectionEvent? {
        try await events().first { $0.kind == kind }
    }

    func deliveries(of event: ConnectionEvent?) async throws -> [Delivery] {
        guard let event else { return [] }
        return try await database.read { try $0.deliveries(of: event.id) }
    }

    /// Lets a worker work until nothing is left to tell and to call.
    func carryOut(log: Log = .silent) async throws {
        let directory = "/tmp/swiftlet-notices-\(UUID())"
        defer { try? Directory.remove(directory) }
        let launch = LaunchSettings(dataDirectory: directory, environment: .current)
        let claim = try OwnerClaim(owner: "test", dataDirectory: directory)
        let all = SyncWorkflows(
            processes: AttemptProcesses(settings: launch, claim: claim, environment: [:], log: .silent),
            vault: vault,
            calls: ConnectorCalls(database: database, flows: fixture.flows, vault: vault, settings: SyncSettings()),
            policy: RetryPolicy(), settings: SyncSettings(), notices: settings, log: log)
        try await fixture.withWorker(all.all.filter { $0 is DeliverNotice || $0 is RunOperations }) {
            try await eventually {
                try await database.read { session in
                    let open: Int? = try session.value(
                        "SELECT count(*) FROM run WHERE queue = 'notices' AND ended_at IS NULL")
                    return open == 0
                }
            }
        }
    }
}
