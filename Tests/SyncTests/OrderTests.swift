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

@Suite("What a connection's next job is", .timeLimit(.minutes(2)))
struct OrderTests {
    private static let streams = [SyncFixture.incremental("users"), SyncFixture.incremental("orders")]
    private static let users = SyncFixture.users
    private static let orders = SyncFixture.orders

    @Test(.proves("3.5-pending"), arguments: Dialect.Engine.allCases)
    func `resets go before refreshes, and refreshes before a plain sync`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine, supportsRefreshes: true)
        let connection = try await fixture.connection(streams: Self.streams)
        try await fixture.database.write { session throws in
            try session.addResets([Self.users], to: connection, at: Instant(seconds: 1))
            try session.addRefreshes([StreamRefresh(Self.orders, .merge)], to: connection, at: Instant(seconds: 1))
        }
        let reset = try await fixture.orders.start(.sync, connection: connection, isScheduled: true)
        #expect(reset.kind == .reset)
        #expect(reset.streams == [Self.users])
        #expect(reset.isScheduled)
        #expect(try await pending(fixture, connection) == ([Self.users], [StreamRefresh(Self.orders, .merge)]))
        _ = try await fixture.orders.cancel(reset.id)
        #expect(try await pending(fixture, connection) == ([], [StreamRefresh(Self.orders, .merge)]))

        let refresh = try await fixture.orders.start(.sync, connection: connection)
        #expect(refresh.kind == .refresh)
        #expect(try await fixture.job(refresh.id).refreshes == [StreamRefresh(Self.orders, .merge)])
        #expect(try await pending(fixture, connection) == ([], []))
        _ = try await fixture.orders.cancel(refresh.id)
        #expect(try await fixture.orders.start(.sync, connection: connection).kind == .sync)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a stream that waits to be truncated still does where it is to be merged too`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine, supportsRefreshes: true)
        let connection = try await fixture.connection(streams: Self.streams)
        for modes in [[StreamRefresh.Mode.merge, .truncate], [.truncate, .merge]] {
            try await fixture.database.write { session throws in
                try session.deleteRefreshes(of: connection)
                for mode in modes {
                    try session.addRefreshes([StreamRefresh(Self.users, mode)], to: connection, at: Instant(seconds: 1))
                }
            }
            #expect(try await pending(fixture, connection).1 == [StreamRefresh(Self.users, .truncate)])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a refresh is refused where the destination cannot or the stream is unknown, and leaves nothing`(
        engine: Dialect.Engine
    ) async throws {
        let unable = try await SyncFixture(engine)
        let connection = try await unable.connection(streams: Self.streams)
        let refusal = await #expect(throws: StoreError.self) {
            try await unable.orders.refresh(connection, streams: [], mode: .merge)
        }
        #expect(refusal?.code == .unsupported)
        #expect(try await pending(unable, connection) == ([], []))

        let able = try await SyncFixture(engine, supportsRefreshes: true)
        let other = try await able.connection(streams: Self.streams)
        let unknown = await #expect(throws: StoreError.self) {
            try await able.orders.refresh(other, streams: [StreamDescriptor(name: "nobody")], mode: .merge)
        }
        #expect(unknown?.message.contains("nobody") == true)
        let job = try await able.orders.refresh(other, streams: [], mode: .truncate)
        #expect(job.refreshes.map(\.stream) == [Self.orders, Self.users])
        let busy = await #expect(throws: StoreError.self) {
            try await able.orders.refresh(other, streams: [], mode: .merge)
        }
        #expect(busy?.message.contains("(job \(job.id))") == true)
        #expect(try await pending(able, other) == ([], []))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a reset takes the place of a running job and keeps what that was to do`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine, supportsRefreshes: true)
        let connection = try await fixture.connection(streams: Self.streams)
        let refresh = try await fixture.orders.refresh(connection, streams: [Self.users], mode: .truncate)
        try await begin(refresh, fixture)
        let first = try await fixture.orders.start(.reset, connection: connection, streams: [Self.orders])
        #expect(try await fixture.job(refresh.id).status == .cancelled)
        #expect(try await fixture.flows.status(RunID(refresh.runID ?? 0)).cancelReason != nil)
        #expect(first.kind == .reset)
        #expect(try await pending(fixture, connection) == ([Self.orders], [StreamRefresh(Self.users, .truncate)]))
        // A second one clears what the first had not come to.
        let second = try await fixture.orders.start(.reset, connection: connection, streams: [Self.users])
        #expect(try await fixture.job(first.id).status == .cancelled)
        #expect(second.streams == [Self.orders, Self.users])
        // The slot keeps the second from starting while processes of the first are being stopped.
        let slots: [String] = try await fixture.database.read { session in
            try session.rows("SELECT key FROM run_slot WHERE run_id = \(second.runID)").map { try $0.get("key") }
        }
        #expect(slots == ["connection:\(connection)"])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a stream whose truncation was not completed is read anew`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine, supportsRefreshes: true)
        let connection = try await fixture.connection(streams: Self.streams)
        // Not begun: nothing was forgotten, so nothing has to be made good.
        let unbegun = try await fixture.orders.refresh(connection, streams: [Self.users], mode: .truncate)
        _ = try await fixture.orders.cancel(unbegun.id)
        #expect(try await pending(fixture, connection) == ([], []))
        // Called off on the way: nobody wants the old rows gone any more, but rows must not be missing.
        let cancelled = try await fixture.orders.refresh(connection, streams: [Self.users], mode: .truncate)
        try await begin(cancelled, fixture)
        _ = try await fixture.orders.cancel(cancelled.id)
        #expect(try await pending(fixture, connection) == ([], [StreamRefresh(Self.users, .merge)]))
        // Failed on the way: it is still to be done.
        let failed = try await fixture.orders.refresh(connection, streams: [Self.users], mode: .truncate)
        try await begin(failed, fixture)
        try await strand(failed, fixture)
        #expect(try await fixture.job(failed.id).status == .failed)
        #expect(try await pending(fixture, connection) == ([], [StreamRefresh(Self.users, .truncate)]))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `streams that a failed reset was to clear still are`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection(streams: Self.streams)
        let reset = try await fixture.orders.start(.reset, connection: connection)
        #expect(reset.streams == [Self.orders, Self.users])
        try await strand(reset, fixture)
        #expect(try await pending(fixture, connection).0 == [Self.orders, Self.users])
        #expect(try await fixture.orders.start(.sync, connection: connection).kind == .reset)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what a reset has cleared waits for nothing any more`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection(streams: Self.streams)
        try await fixture.database.write { session throws in
            let refreshes = Self.streams.map { StreamRefresh($0.descriptor, .truncate) }
            try session.addRefreshes(refreshes, to: connection, at: Instant(seconds: 1))
        }
        // The destination cannot truncate, so the sentence says to clear.
        let stuck = await #expect(throws: StoreError.self) {
            try await fixture.orders.start(.sync, connection: connection, isScheduled: true)
        }
        #expect(stuck?.message.contains("clear the streams") == true)
        let reset = try await fixture.orders.start(.reset, connection: connection, streams: [Self.users])
        try await begin(reset, fixture)
        try await fixture.database.write { session throws in
            try JobEnder(watch: FailureWatch(), log: .silent).succeed(reset, in: session, at: Instant(seconds: 2))
        }
        #expect(try await pending(fixture, connection) == ([], [StreamRefresh(Self.orders, .truncate)]))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a job of a connection that was switched off meanwhile is cancelled before it reads anything`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let id = try await fixture.connection()
        let job = try await fixture.orders.start(.sync, connection: id)
        try await fixture.database.write { session throws in
            var connection = try session.connection(id)
            connection.status = .inactive
            try session.update(connection)
        }
        try await fixture.carryOut(job)
        #expect(try await fixture.job(job.id).status == .cancelled)
        #expect(try await fixture.database.read { try $0.attempts(of: job.id) }.isEmpty)
        await #expect(throws: StoreError.self) { try await fixture.orders.start(.sync, connection: id) }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `ordering a clear while the run it calls off writes locks in one order`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection(streams: Self.streams)
        for _ in 0..<10 {
            let job = try await fixture.orders.start(.reset, connection: connection)
            try await begin(job, fixture)
            // As a job that fails does: the run first, then the job, then what is left undone and the failures.
            async let writing: Void = fixture.database.write { session in
                _ = try session.rows("SELECT id FROM run WHERE id = \(job.runID) \(session.dialect.forUpdate)")
                _ = try session.lockedJob(job.id)
                try session.addRefreshes([StreamRefresh(Self.users, .merge)], to: connection, at: job.createdAt)
                _ = try session.lockedFailureStreak(of: connection)
            }
            async let next = fixture.orders.start(.reset, connection: connection, streams: [Self.users])
            try await writing
            #expect(try await next.streams == [Self.orders, Self.users])
            try await fixture.database.write { try $0.deleteRefreshes(of: connection) }
        }
        guard engine == .postgres else { return }
        let deadlocks: Int? = try await fixture.database.read {
            try $0.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        }
        #expect(deadlocks == 0)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `who waits goes before what is scheduled, and that before what is made good`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        var priorities: [RunPriority] = []
        for (isScheduled, priority) in [(false, nil), (true, nil), (false, RunPriority.backfill)] {
            let id = try await fixture.connection()
            let job = try await fixture.database.write { session throws in
                try fixture.orders.start(
                    .sync, connection: session.lockedConnection(id), isScheduled: isScheduled, priority: priority,
                    in: session, at: Instant(microseconds: session.now()))
            }
            priorities.append(try await fixture.flows.status(RunID(job.runID ?? 0)).priority)
        }
        #expect(priorities == [.manual, .scheduled, .backfill])
        #expect(priorities == priorities.sorted())
    }

    private func pending(
        _ fixture: SyncFixture, _ connection: ConnectionID
    ) async throws -> ([StreamDescriptor], [StreamRefresh]) {
        try await fixture.database.read { session throws in
            (try session.pendingResets(of: connection), try session.pendingRefreshes(of: connection))
        }
    }

    private func begin(_ job: Job, _ fixture: SyncFixture) async throws {
        try await fixture.database.write { session throws in
            _ = try session.insertAttempt(of: job.id, at: job.createdAt)
            try session.setStatus(.running, of: job.id, at: job.createdAt)
        }
    }

    /// Lets a job fail: its run ends without it.
    private func strand(_ job: Job, _ fixture: SyncFixture) async throws {
        try await fixture.database.write { _ = try $0.run("DELETE FROM run WHERE id = \(job.runID)") }
        try await StrandedJobCloser(database: fixture.database, log: .silent).close()
    }
}
