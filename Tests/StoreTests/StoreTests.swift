import Airbyte
import JSON
import Model
import Posix
import SQL
import Store
import TestKit
import Testing
import Time

@Suite("The store", .timeLimit(.minutes(2)))
struct StoreTests {
    private let now = Instant(seconds: 1_800_000_000)

    @Test(arguments: Dialect.Engine.allCases)
    func `what is put in comes out the same`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.read { session throws in
            #expect(try session.workspace(fixture.workspace.id) == fixture.workspace)
            #expect(try session.connector(.source, fixture.source.id) == fixture.source)
            #expect(try session.connection(fixture.connection.id) == fixture.connection)
            #expect(try session.connections(workspace: fixture.workspace.id) == [fixture.connection])
            #expect(try session.definitions(.source, workspace: fixture.workspace.id).count == 1)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what is not there is named`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let unknown = ConnectorID()
        let error = await #expect(throws: StoreError.self) {
            try await fixture.database.read { try $0.connector(.source, unknown) }
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains(unknown.description) == true)
        await #expect(throws: StoreError.self, "a destination is no source") {
            try await fixture.database.read { try $0.connector(.source, fixture.destination.id) }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a connection has one live job at a time, whoever asks`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let started = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let job = try? await fixture.database.write { session throws in
                        try session.insertJob(
                            .sync, connection: fixture.connection.id, streams: [], isScheduled: false, at: now)
                    }
                    return job != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(started == 1)
        let live = try #require(try await fixture.database.read { try $0.liveJob(of: fixture.connection.id) })
        _ = try await fixture.database.write { try $0.setStatus(.cancelled, of: live.id, at: now) }
        let next = try await fixture.database.write { session throws in
            try session.insertJob(.sync, connection: fixture.connection.id, streams: [], isScheduled: true, at: now)
        }
        #expect(next.id > live.id)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a job that has ended stays as it is`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            let job = try session.insertJob(
                .sync, connection: fixture.connection.id, streams: [], isScheduled: false, at: now)
            #expect(try session.setStatus(.cancelled, of: job.id, at: now))
            #expect(try !session.setStatus(.succeeded, of: job.id, at: now))
            #expect(try session.job(job.id).status == .cancelled)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `attempts are numbered from zero, and one runs at a time`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let failure = FailureReason(.source, .system, "It broke.", at: now)
        let job = try await fixture.database.write { session throws in
            let job = try session.insertJob(
                .sync, connection: fixture.connection.id, streams: [], isScheduled: false, at: now)
            #expect(try session.insertAttempt(of: job.id, at: now).number == 0)
            #expect(try session.endAttempt(of: job.id, as: .failed, failures: [failure], at: now)?.number == 0)
            #expect(try session.insertAttempt(of: job.id, at: now).number == 1)
            return job
        }
        await #expect(throws: DatabaseError.self) {
            try await fixture.database.write { _ = try $0.insertAttempt(of: job.id, at: now) }
        }
        let attempts = try await fixture.database.read { try $0.attempts(of: job.id) }
        #expect(attempts.map(\.status) == [.failed, .running])
        #expect(attempts[0].failures == [failure])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a log comes back whole, and a piece that is written twice is in it once`(engine: Dialect.Engine) async throws
    {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            let job = try session.insertJob(
                .sync, connection: fixture.connection.id, streams: [], isScheduled: false, at: now)
            _ = try session.insertAttempt(of: job.id, at: now)
            for (chunk, piece) in [(0, "one\n"), (1, "two\n"), (1, "two\n"), (2, "three\n")] {
                try session.appendLog(Array(piece.utf8), of: job.id, attempt: 0, chunk: chunk, at: now)
            }
            #expect(String(decoding: try session.log(of: job.id, attempt: 0), as: UTF8.self) == "one\ntwo\nthree\n")
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `rejected records come back whole, go with their attempt and are pruned by age`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            let job = try session.insertJob(
                .sync, connection: fixture.connection.id, streams: [], isScheduled: false, at: now)
            _ = try session.insertAttempt(of: job.id, at: now)
            for (chunk, piece) in [(0, "one\n"), (1, "two\n"), (1, "two\n"), (2, "")] {
                try session.appendRejects(
                    Array(piece.utf8), of: job.id, attempt: 0, chunk: chunk, at: now + .seconds(chunk))
            }
            #expect(String(decoding: try session.rejects(of: job.id, attempt: 0), as: UTF8.self) == "one\ntwo\n")
            #expect(try session.rejects(of: job.id, attempt: 1).isEmpty)
            #expect(try session.pruneRejects(createdBefore: now + .seconds(1), limit: 10) == 1)
            #expect(String(decoding: try session.rejects(of: job.id, attempt: 0), as: UTF8.self) == "two\n")
            try session.run("DELETE FROM job WHERE id = \(job.id)")
            #expect(try session.rejects(of: job.id, attempt: 0).isEmpty)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `counts come back as they were saved, and those of older versions with what they had`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await StoreFixture(engine)
        let users = StreamDescriptor(name: "users", namespace: "n")
        var times = AttemptTimes()
        times.replicationStart = 5
        times.meanStateLag = 7
        let stats = AttemptStats(
            streams: [
                .init(
                    descriptor: users,
                    counts: StreamCounts(recordsEmitted: 9, recordsFilteredOut: 2, bytesRejected: 4),
                    estimatedRecords: 12, additional: ["odd": 0.5], status: "complete")
            ], sourceStates: 2, destinationStates: 1, estimatedBytes: 99, additional: ["odd": 0.5], times: times,
            warnings: [AttemptWarning(.noRecords, "None.", stream: users)])
        try await fixture.database.write { session throws in
            let job = try session.insertJob(
                .sync, connection: fixture.connection.id, streams: [], isScheduled: false, at: now)
            _ = try session.insertAttempt(of: job.id, at: now)
            try session.saveStats(stats, of: job.id, attempt: 0, at: now)
            #expect(try session.attempts(of: job.id).first?.stats == stats)
            let old = """
                {"streams":[{"descriptor":{"name":"users"},"recordsEmitted":3,"bytesEmitted":30,"recordsCommitted":2,\
                "bytesCommitted":20,"recordsRejected":1,"status":"complete"}],"sourceStates":4,"destinationStates":3}
                """
            try session.run("UPDATE attempt SET stats = \(old) WHERE job_id = \(job.id)")
            let read = try #require(try session.attempts(of: job.id).first?.stats)
            #expect(read.recordsEmitted == 3 && read.recordsRejected == 1 && read.destinationStates == 3)
            #expect(read.totals.recordsFilteredOut == 0 && read.warnings.isEmpty && read.times == nil)
        }
    }

    @Test func `rejected records are progress once a state was committed`() {
        var stats = AttemptStats(streams: [.init(descriptor: StreamDescriptor(name: "a"), recordsRejected: 3)])
        #expect(!stats.madeProgress)
        stats.destinationStates = 1
        #expect(stats.madeProgress)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `pruning spares live jobs and the newest of each connection`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let jobs = try await fixture.database.write { session throws in
            try (0..<4).map { index in
                let job = try session.insertJob(
                    .sync, connection: fixture.connection.id, streams: [], isScheduled: false,
                    at: now + .seconds(index))
                _ = try session.insertAttempt(of: job.id, at: now)
                try session.appendLog([65], of: job.id, attempt: 0, chunk: 0, at: now)
                try session.endAttempt(of: job.id, as: .succeeded, failures: [], at: now)
                try session.setStatus(.cancelled, of: job.id, at: now)
                return job.id
            }
        }
        try await fixture.database.write { session throws in
            #expect(try session.pruneJobs(createdBefore: now + .seconds(1000), limit: 2) == 2)
            #expect(try session.pruneJobs(createdBefore: now + .seconds(1000), limit: 2) == 1)
            #expect(try session.pruneJobs(createdBefore: now + .seconds(1000), limit: 2) == 0)
            #expect(try session.jobs(JobFilter()).map(\.id) == [jobs[3]])
            #expect(try session.pruneLogs(createdBefore: now + .seconds(1), limit: 10) == 1)
        }
    }
}

@Suite("States in the store", .timeLimit(.minutes(2)))
struct StateTests {
    private let now = Instant(seconds: 1_800_000_000)
    private let users = StreamDescriptor(name: "users", namespace: "public")
    private let orders = StreamDescriptor(name: "orders")

    @Test(.proves("2.4-latest", "2.4-null"), arguments: Dialect.Engine.allCases)
    func `a stream's state replaces its own only, and nil forgets it`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let id = fixture.connection.id
        try await fixture.database.write { session throws in
            #expect(try session.state(of: id) == .empty)
            try session.save(
                .stream([StreamState(descriptor: users, state: ["id": 1]), StreamState(descriptor: orders, state: [:])]
                ),
                of: id, at: now)
            try session.save(.stream([StreamState(descriptor: users, state: ["id": 2])]), of: id, at: now)
            #expect(
                try session.state(of: id)
                    == .stream([
                        StreamState(descriptor: orders, state: [:]), StreamState(descriptor: users, state: ["id": 2]),
                    ]))
            try session.save(.stream([StreamState(descriptor: users, state: nil)]), of: id, at: now)
            try session.deleteState(of: id, streams: [orders])
            #expect(try session.state(of: id) == .empty)
        }
    }

    @Test(.proves("2.4-latest"), arguments: Dialect.Engine.allCases)
    func `a global state replaces everything`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let id = fixture.connection.id
        try await fixture.database.write { session throws in
            try session.save(.stream([StreamState(descriptor: users, state: ["id": 1])]), of: id, at: now)
            let global = ConnectionState.global(
                shared: ["lsn": 5], [StreamState(descriptor: users, state: ["done": true])])
            try session.save(global, of: id, at: now)
            #expect(try session.state(of: id) == global)
            try session.save(.global(shared: ["lsn": 6], []), of: id, at: now)
            #expect(try session.state(of: id) == .global(shared: ["lsn": 6], []))
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `generations begin at one and grow`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let id = fixture.connection.id
        try await fixture.database.write { session throws in
            try session.bumpGenerations(of: id, streams: [users, orders], job: 1)
            try session.bumpGenerations(of: id, streams: [users], job: 2)
            #expect(try session.generations(of: id) == [users: 2, orders: 1])
        }
    }
}
