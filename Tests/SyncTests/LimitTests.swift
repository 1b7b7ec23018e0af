import Airbyte
import Flow
import Model
import Posix
import SQL
import Store
import Sync
import Synchronization
import TestKit
import Testing

@Suite("Limits of jobs at once", .timeLimit(.minutes(2)))
struct LimitTests {
    enum Kind: CaseIterable { case all, source, destination, image }

    @Test(arguments: Dialect.Engine.allCases, Kind.allCases)
    func `never do more jobs run at once than the limit says, and all of them run`(
        engine: Dialect.Engine, kind: Kind
    ) async throws {
        var limits = SyncLimits()
        switch kind {
        case .all: limits.all = 2
        case .source: limits.perSource = 2
        case .destination: limits.perDestination = 2
        case .image: limits.perImage = 2
        }
        let fixture = try await SyncFixture(engine, limits: limits)
        var jobs: [Job] = []
        for _ in 0..<6 { jobs.append(try await fixture.orders.start(.sync, connection: fixture.connection())) }
        let sync = CountedSync()
        let orders = jobs
        try await fixture.withWorker([sync], seats: 6) {
            for job in orders {
                let result = try await fixture.flows.result(of: RunID(job.runID ?? 0), CountedSync.self)
                #expect(result == .succeeded(.succeeded))
            }
        }
        #expect(sync.most == 2)
    }

    @Test func `limits are read from the environment, and unset means none`() {
        let limits = SyncLimits(
            environment: Environment(["SWIFTLET_LIMIT_SYNCS": "7", "SWIFTLET_LIMIT_PER_IMAGE": "x"]))
        #expect(limits.all == 7)
        #expect(limits.perSource == nil)
        #expect(limits.perImage == nil)
    }
}

/// Stands in for a sync and counts how many of it run at once. The first waits for a second.
private final class CountedSync: Workflow {
    static let name = SyncConnection.name
    static let queue = SyncConnection.queue

    private let running = Mutex((now: 0, most: 0))

    var most: Int { running.withLock { $0.most } }

    func run(_ input: SyncConnection.Input, in flow: Flow) async throws -> Job.Status {
        running.withLock { running in
            running.now += 1
            running.most = max(running.most, running.now)
        }
        while running.withLock({ $0.most < 2 }) { try await Task.sleep(for: .milliseconds(5)) }
        // Long enough for the others to come in, were they let.
        try await Task.sleep(for: .milliseconds(30))
        running.withLock { $0.now -= 1 }
        return .succeeded
    }
}
