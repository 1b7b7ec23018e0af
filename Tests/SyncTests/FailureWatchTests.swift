import Airbyte
import Log
import Model
import SQL
import Store
import Sync
import Synchronization
import TestKit
import Testing
import Time

@Suite("Connections that only fail", .timeLimit(.minutes(2)))
struct FailureWatchTests {
    @Test(arguments: [
        (19, 30, FailureWatch.Step.none), (20, 3, .none), (20, 4, .warn), (29, 400, .warn), (30, 6, .warn),
        (30, 7, .disable), (500, 100, .disable),
    ])
    func `both the number of failures and their time have to be reached`(
        jobs: Int, days: Int, step: FailureWatch.Step
    ) {
        let now = Instant(seconds: 1_800_000_000)
        let since = now - .seconds(days * 86_400)
        let streak = FailureStreak(failedJobs: jobs, since: since, isWarned: false)
        #expect(FailureWatch().step(after: streak, at: now) == step)
        let warned = FailureStreak(failedJobs: jobs, since: since, isWarned: true)
        #expect(FailureWatch().step(after: warned, at: now) == (step == .warn ? .none : step))
    }

    @Test func `Airbyte's variables are read and nonsense in them is passed over`() {
        let watch = FailureWatch(environment: [
            "MAX_FAILED_JOBS_IN_A_ROW_BEFORE_CONNECTION_DISABLE": "3",
            "MAX_DAYS_OF_ONLY_FAILED_JOBS_BEFORE_CONNECTION_DISABLE": "-1",
        ])
        #expect(watch.jobsBeforeDisable == 3)
        #expect(watch.daysBeforeDisable == 7)
    }

    @Test(.proves("3.8-warn", "3.8-disable"), arguments: Dialect.Engine.allCases)
    func `a connection is warned of once, switched off at last, and begins anew when it is switched on`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection()
        var watch = FailureWatch()
        (watch.jobsBeforeWarning, watch.jobsBeforeDisable) = (2, 4)
        let said = Mutex<[String]>([])
        let log = Log(level: .warning) { line in
            let text = String(decoding: line, as: UTF8.self)
            if text.contains("in a row") { said.withLock { $0.append(text) } }
        }
        let closer = StrandedJobCloser(database: fixture.database, watch: watch, log: log)
        func fail(_ kind: Job.Kind = .sync) async throws {
            let job = try await fixture.orders.start(kind, connection: connection)
            try await fixture.database.write { _ = try $0.run("DELETE FROM run WHERE id = \(job.runID)") }
            try await closer.close()
            if kind == .reset { try await fixture.database.write { try $0.deleteResets([], of: connection) } }
        }
        func now() async throws -> Connection { try await fixture.database.read { try $0.connection(connection) } }

        try await fail()
        try await fixture.database.write { session throws in
            _ = try session.run("UPDATE job SET created_at = created_at - 864000000000")
        }
        try await fail(.reset)
        try await fail(.reset)
        #expect(said.withLock(\.count) == 0)
        try await fail()
        #expect(said.withLock(\.count) == 1)
        try await fail()
        #expect(said.withLock(\.count) == 1)
        #expect(try await now().status == .active)
        try await fail()
        #expect(said.withLock(\.count) == 2)
        #expect(try await now().status == .inactive)
        #expect(try await now().statusReason == "TOO_MANY_FAILED_JOBS_WITH_NO_RECENT_SUCCESS")
        await #expect(throws: StoreError.self) { try await fixture.orders.start(.sync, connection: connection) }

        try await fixture.database.write { session throws in
            var again = try session.connection(connection)
            again.status = .active
            again.statusReason = nil
            try session.update(again)
        }
        try await fail()
        #expect(try await now().status == .active)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a success ends the streak`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection()
        func end(_ status: Job.Status) async throws {
            try await fixture.database.write { session throws in
                let time = Instant(microseconds: try session.now())
                let job = try session.insertJob(
                    .sync, connection: connection, streams: [], isScheduled: false, at: time)
                try session.setStatus(.running, of: job.id, at: time)
                try session.setStatus(status, of: job.id, at: time)
            }
        }
        for status in [Job.Status.failed, .failed, .cancelled, .failed] { try await end(status) }
        func streak() async throws -> FailureStreak? {
            try await fixture.database.write { try $0.lockedFailureStreak(of: connection) }
        }
        #expect(try await streak()?.failedJobs == 3)
        try await end(.succeeded)
        #expect(try await streak()?.failedJobs == 0)
        try await end(.failed)
        #expect(try await streak()?.failedJobs == 1)
    }
}
