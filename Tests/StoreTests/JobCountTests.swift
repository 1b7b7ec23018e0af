import Model
import SQL
import Store
import TestKit
import Testing
import Time

@Suite("Counts of jobs", .timeLimit(.minutes(3)))
struct JobCountTests {
    private let now = Instant(seconds: 1_800_000_000)

    /// Every way of asking, beside what the rows themselves say.
    private func check(_ fixture: StoreFixture) async throws {
        try await fixture.database.read { session in
            for kinds: [Job.Kind] in [[], [.sync], [.reset], [.sync, .refresh]] {
                for statuses: [Job.Status] in [
                    [], [.pending, .running], [.succeeded], [.cancelled, .failed, .running],
                ] {
                    for scope in [nil, fixture.connection.id, ConnectionID()] {
                        var filter = JobFilter()
                        filter.kinds = kinds
                        filter.statuses = statuses
                        filter.connection = scope
                        filter.limit = 1000
                        let listed = try session.jobs(filter).count
                        #expect(try session.countJobs(filter) == listed)
                        filter.workspaces = [fixture.workspace.id]
                        #expect(try session.countJobs(filter) == listed)
                        for byUpdate in [false, true] {
                            filter.ordersByUpdate = byUpdate
                            let ids = try [nil, true, false].map { way in
                                try session.jobs(filter, goingThroughAll: way).map(\.id)
                            }
                            #expect(ids[0].count == listed && ids[0] == ids[1] && ids[0] == ids[2])
                        }
                        filter.createdFrom = now
                        #expect(try session.countJobs(filter) == session.jobs(filter).count)
                    }
                }
            }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `they agree with the jobs, whatever becomes of those`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await check(fixture)
        let ends: [(Job.Kind, [Job.Status])] = [
            (.sync, [.running, .succeeded]), (.sync, [.running, .failed]), (.reset, [.cancelled]),
            (.refresh, [.running, .incomplete, .running, .succeeded]), (.sync, [.cancelled]), (.sync, [.running]),
        ]
        for (index, (kind, statuses)) in ends.enumerated() {
            let job = try await fixture.database.write { session in
                try session.insertJob(
                    kind, connection: fixture.connection.id, streams: [], isScheduled: false,
                    at: now + .seconds(index - 3))
            }
            try await check(fixture)
            for status in statuses {
                try await fixture.database.write { session throws in
                    #expect(try session.setStatus(status, of: job.id, at: now))
                    // What has ended does not end again.
                    if status.isTerminal { #expect(try !session.setStatus(.cancelled, of: job.id, at: now)) }
                }
                try await check(fixture)
            }
        }
        let left = try await fixture.database.write { session in
            #expect(try session.pruneJobs(createdBefore: now + .seconds(1000), limit: 3) == 3)
            return try session.countJobs(JobFilter())
        }
        #expect(left == 3)
        try await check(fixture)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what is rolled back is not counted`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        struct Regret: Error {}
        await #expect(throws: Regret.self) {
            try await fixture.database.write { session throws in
                let job = try session.insertJob(
                    .sync, connection: fixture.connection.id, streams: [], isScheduled: false, at: now)
                try session.setStatus(.cancelled, of: job.id, at: now)
                #expect(try session.countJobs(JobFilter()) == 1)
                throw Regret()
            }
        }
        #expect(try await fixture.database.read { try $0.countJobs(JobFilter()) } == 0)
    }
}
