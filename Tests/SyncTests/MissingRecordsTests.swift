import Airbyte
import JSON
import Model
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("Streams that bring nothing where they brought rows", .timeLimit(.minutes(2)))
struct MissingRecordsTests {
    private let now = Instant(seconds: 1_800_000_000)
    private let users = SyncFixture.users
    private let orders = SyncFixture.orders

    /// Adds a job with one attempt that emitted so many records of `users`, of `orders` none; ends it where it has a
    /// status.
    private func job(
        _ connection: ConnectionID, _ kind: Job.Kind = .sync, emitted: Int64, refreshes: [StreamRefresh] = [],
        _ status: Job.Status?, in session: any Session
    ) throws -> Job {
        let job = try session.insertJob(
            kind, connection: connection, streams: [], refreshes: refreshes, isScheduled: false, at: now)
        _ = try session.insertAttempt(of: job.id, at: now)
        let stats = AttemptStats(streams: [
            .init(descriptor: users, recordsEmitted: emitted), .init(descriptor: orders),
        ])
        try session.saveStats(stats, of: job.id, attempt: 0, at: now)
        guard let status else { return job }
        try session.setStatus(.running, of: job.id, at: now)
        try session.endAttempt(of: job.id, as: status == .succeeded ? .succeeded : .failed, failures: [], at: now)
        try session.setStatus(status, of: job.id, at: now)
        return job
    }

    @Test(.proves("9-zero"), arguments: Dialect.Engine.allCases)
    func `a full refresh that had rows and has none is told, whatever lies between`(engine: Dialect.Engine) async throws
    {
        let fixture = try await SyncFixture(engine)
        let id = try await fixture.connection(streams: [
            ConfiguredStream(
                stream: AirbyteStream(name: "users", jsonSchema: [:]), syncMode: .fullRefresh,
                destinationSyncMode: .overwrite), SyncFixture.incremental("orders"),
        ])
        try await fixture.database.write { session throws in
            _ = try job(id, emitted: 0, .succeeded, in: session)
            let first = try job(id, emitted: 0, nil, in: session)
            #expect(try MissingRecords().warnings(for: first, in: session).isEmpty, "it never had any")
            try session.endAttempt(of: first.id, as: .failed, failures: [], at: now)
            try session.setStatus(.failed, of: first.id, at: now)
            _ = try job(id, emitted: 7, .failed, in: session)
            _ = try job(id, emitted: 5, .succeeded, in: session)
            _ = try job(id, emitted: 0, .succeeded, in: session)
            let next = try job(id, emitted: 0, nil, in: session)
            let warnings = try MissingRecords().warnings(for: next, in: session)
            #expect(warnings.map(\.code) == [.noRecords])
            #expect(warnings.map(\.stream) == [users])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `an incremental stream with nothing new is as it should be, but not one that was refreshed`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let id = try await fixture.connection(streams: [SyncFixture.incremental("users")])
        try await fixture.database.write { session throws in
            _ = try job(id, emitted: 5, .succeeded, in: session)
            let sync = try job(id, emitted: 0, .succeeded, in: session)
            #expect(try MissingRecords().warnings(for: sync, in: session).isEmpty)
            let refresh = try job(
                id, .refresh, emitted: 0, refreshes: [StreamRefresh(users, .truncate)], nil, in: session)
            #expect(try MissingRecords().warnings(for: refresh, in: session).map(\.stream) == [users])
        }
    }
}
