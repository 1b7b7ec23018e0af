import Airbyte
import JSON
import Model
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("A sync of chosen streams", .timeLimit(.minutes(2)))
struct ChosenStreamTests {
    private static let streams = [SyncFixture.incremental("users"), SyncFixture.incremental("orders")]

    @Test(arguments: Dialect.Engine.allCases)
    func `only what a connection has can be chosen, and what of the rest is pending stays so`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine, supportsRefreshes: true)
        let id = try await fixture.connection(streams: Self.streams)
        let unknown = await #expect(throws: StoreError.self) {
            try await fixture.orders.start(.sync, connection: id, streams: [StreamDescriptor(name: "other")])
        }
        #expect(unknown?.code == .unsupported && unknown?.message.contains("other") == true)
        try await fixture.database.write { session in
            let refreshes = Self.streams.map { StreamRefresh($0.descriptor, .merge) }
            try session.addRefreshes(refreshes, to: id, at: Instant(seconds: 1))
        }
        let job = try await fixture.orders.start(.sync, connection: id, streams: [SyncFixture.orders])
        #expect(job.kind == .refresh && job.streams == [SyncFixture.orders])
        #expect(job.refreshes == [StreamRefresh(SyncFixture.orders, .merge)])
        _ = try await fixture.orders.cancel(job.id)
        let pending = try await fixture.database.read { try $0.pendingRefreshes(of: id) }
        #expect(pending == [StreamRefresh(SyncFixture.users, .merge)])
        let plain = try await fixture.orders.start(.sync, connection: id, streams: [SyncFixture.orders])
        #expect(plain.kind == .sync && plain.streams == [SyncFixture.orders])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `where all streams share a state, none can be chosen`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let id = try await fixture.connection(streams: Self.streams)
        try await fixture.database.write {
            try $0.save(.global(shared: ["lsn": 1], []), of: id, at: Instant(seconds: 1))
        }
        let error = await #expect(throws: StoreError.self) {
            try await fixture.orders.start(.sync, connection: id, streams: [SyncFixture.orders])
        }
        #expect(error?.code == .unsupported)
        // All of them are no choice.
        _ = try await fixture.orders.start(.sync, connection: id, streams: [SyncFixture.orders, SyncFixture.users])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what a job left incomplete is synced by itself`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let id = try await fixture.connection(streams: Self.streams)
        let job = try await fixture.orders.start(.sync, connection: id)
        await #expect(throws: StoreError.self) { try await fixture.orders.retryFailedStreams(of: job.id) }
        try await end(job, as: .failed, ["users": "complete", "orders": "incomplete"], fixture)
        let retry = try await fixture.orders.retryFailedStreams(of: job.id)
        #expect(retry.kind == .sync && retry.streams == [SyncFixture.orders])
        // A retry of the retry stays with its streams.
        try await end(retry, as: .failed, [:], fixture)
        let again = try await fixture.orders.retryFailedStreams(of: retry.id)
        #expect(again.streams == [SyncFixture.orders])
        try await end(again, as: .succeeded, ["orders": "complete"], fixture)
        let error = await #expect(throws: StoreError.self) { try await fixture.orders.retryFailedStreams(of: again.id) }
        #expect(error?.message.contains("nothing to retry") == true)
    }

    /// Ends a job after one attempt in which the streams came to these ends.
    private func end(
        _ job: Job, as status: Job.Status, _ streams: [String: String], _ fixture: SyncFixture
    ) async throws {
        try await fixture.database.write { session in
            _ = try session.insertAttempt(of: job.id, at: job.createdAt)
            let stats = AttemptStats(
                streams: streams.map { .init(descriptor: StreamDescriptor(name: $0.key), status: $0.value) })
            try session.saveStats(stats, of: job.id, attempt: 0, at: job.createdAt)
            try session.endAttempt(
                of: job.id, as: status == .failed ? .failed : .succeeded, failures: [], at: job.createdAt)
            try session.setStatus(.running, of: job.id, at: job.createdAt)
            try session.setStatus(status, of: job.id, at: job.createdAt)
        }
    }
}
