import Airbyte
import Flow
import JSON
import Log
import Model
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("The life of a job", .timeLimit(.minutes(2)))
struct JobTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `a live job whose run has ended or is gone is failed, and others are left alone`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let ended = try await fixture.orders.start(.sync, connection: fixture.connection())
        let gone = try await fixture.orders.start(.sync, connection: fixture.connection())
        let live = try await fixture.orders.start(.sync, connection: fixture.connection())
        try await fixture.database.write { session in
            _ = try session.insertAttempt(of: ended.id, at: ended.createdAt)
            let error = #"{"kind":"x","message":"the wheels came off"}"#
            try session.run("UPDATE run SET state = 'failed', ended_at = 1, error = \(error) WHERE id = \(ended.runID)")
            try session.run("DELETE FROM run WHERE id = \(gone.runID)")
        }
        try await StrandedJobCloser(database: fixture.database, log: .silent).close()
        #expect(try await fixture.job(ended.id).status == .failed)
        #expect(try await fixture.job(gone.id).status == .failed)
        #expect(try await fixture.job(live.id).status == .pending)
        let attempts = try await fixture.database.read { try $0.attempts(of: ended.id) }
        #expect(attempts.map(\.status) == [.failed])
        #expect(attempts.first?.failures.first?.externalMessage.contains("the wheels came off") == true)
        // Without an attempt there would be nobody to say why.
        let made = try await fixture.database.read { try $0.attempts(of: gone.id) }
        #expect(made.first?.failures.first?.externalMessage.contains("see the log of the workers") == true)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a job that was left behind does not stand in the way of the next`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection()
        let left = try await fixture.orders.start(.sync, connection: connection)
        let other = try await fixture.orders.start(.sync, connection: fixture.connection())
        try await fixture.database.write { session in
            for job in [left, other] { _ = try session.run("DELETE FROM run WHERE id = \(job.runID)") }
        }
        let next = try await fixture.orders.start(.sync, connection: connection)
        #expect(try await fixture.job(left.id).status == .failed)
        #expect(try await fixture.job(next.id).status == .pending)
        #expect(try await fixture.job(other.id).status == .pending)
        await #expect(throws: StoreError.self) { try await fixture.orders.start(.sync, connection: connection) }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a job can be called off though its run is gone, and twice is the same as once`(engine: Dialect.Engine)
        async throws
    {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection()
        let job = try await fixture.orders.start(.sync, connection: connection)
        try await fixture.database.write { _ = try $0.run("DELETE FROM run WHERE id = \(job.runID)") }
        #expect(try await fixture.orders.cancel(job.id).status == .cancelled)
        #expect(try await fixture.orders.cancel(job.id).status == .cancelled)
        let next = try await fixture.orders.start(.sync, connection: connection)
        #expect(try await fixture.orders.cancel(next.id).status == .cancelled)
        let run = try await fixture.flows.status(RunID(next.runID ?? 0))
        #expect(run.state == .cancelled)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a job that was called off before its attempt opened starts and forgets nothing`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection()
        let job = try await fixture.orders.start(.sync, connection: connection)
        let state = ConnectionState.stream([
            StreamState(descriptor: StreamDescriptor(name: "users"), state: ["at": 1])
        ])
        try await fixture.database.write { session in
            try session.save(state, of: connection, at: job.createdAt)
            try session.setStatus(.cancelled, of: job.id, at: job.createdAt)
        }
        try await fixture.carryOut(job)
        try await fixture.database.read { session throws in
            #expect(try session.attempts(of: job.id).isEmpty)
            #expect(try session.state(of: connection) == state)
            #expect(try session.generations(of: connection).isEmpty)
            #expect(try session.job(job.id).status == .cancelled)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a job whose attempt cannot be opened fails with a reason`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let job = try await fixture.orders.start(.sync, connection: fixture.connection())
        try await fixture.database.write {
            try $0.deleteConnector(.destination, fixture.destination.id, at: job.createdAt)
        }
        try await fixture.carryOut(job)
        #expect(try await fixture.job(job.id).status == .failed)
        let attempts = try await fixture.database.read { try $0.attempts(of: job.id) }
        #expect(attempts.map(\.status) == [.failed])
        let failure = try #require(attempts.first?.failures.first)
        #expect(failure.origin == .platform)
        #expect(failure.kind == .config)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `calling a job off while its run writes locks in one order`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection()
        for _ in 0..<10 {
            let job = try await fixture.orders.start(.sync, connection: connection)
            try await fixture.database.write { session in _ = try session.insertAttempt(of: job.id, at: job.createdAt) }
            // As a run's own transactions do: the run first, then the job and its attempt.
            async let writing: Void = fixture.database.write { session in
                _ = try session.rows("SELECT id FROM run WHERE id = \(job.runID) \(session.dialect.forUpdate)")
                _ = try session.lockedJob(job.id)
                try session.saveStats(AttemptStats(), of: job.id, attempt: 0, at: job.createdAt)
            }
            async let cancelled = fixture.orders.cancel(job.id)
            try await writing
            #expect(try await cancelled.status == .cancelled)
        }
        guard engine == .postgres else { return }
        let deadlocks: Int? = try await fixture.database.read {
            try $0.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        }
        #expect(deadlocks == 0)
    }
}
