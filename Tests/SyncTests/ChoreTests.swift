import Airbyte
import Flow
import JSON
import Log
import Model
import Posix
import SQL
import Schedule
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("Cron's chores", .timeLimit(.minutes(2)))
struct ChoreTests {
    private static let hourly = ConnectionSchedule.basic(BasicInterval(units: 1, timeUnit: .hours))

    @Test(arguments: Dialect.Engine.allCases)
    func `pruning keeps the job from which the next firing is reckoned`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection(Self.hourly)
        func past(_ isScheduled: Bool) async throws -> JobID {
            let job = try await fixture.orders.start(.sync, connection: connection, isScheduled: isScheduled)
            return try await fixture.orders.cancel(job.id).id
        }
        _ = try await (past(true), past(false))
        let (scheduled, _, newest) = try await (past(true), past(false), past(false))
        var retention = Retention()
        retention.jobs = .seconds(-1)
        try await Pruner(database: fixture.database, retention: retention, log: .silent).prune()
        #expect(try await fixture.database.read { try $0.jobs(JobFilter()).map(\.id) } == [newest, scheduled])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `pruning keeps a source's newest catalog and those in use`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection()
        let catalogs = (0..<4).map { index in
            DiscoveredCatalog(
                sourceID: fixture.source.id, catalog: AirbyteCatalog(streams: []), configurationHash: "h",
                connectorVersion: "1", createdAt: Instant(seconds: Int64(index)))
        }
        try await fixture.database.write { session in
            for catalog in catalogs { try session.insert(catalog) }
            try session.run("UPDATE connection SET source_catalog_id = \(catalogs[1].id) WHERE id = \(connection)")
        }
        try await Pruner(database: fixture.database, retention: Retention(), log: .silent).prune()
        let left: [String] = try await fixture.database.read { session in
            try session.rows("SELECT id FROM catalog ORDER BY created_at").map { try $0.get("id") }
        }
        #expect(left == [catalogs[1], catalogs[3]].map { "\($0.id)" })
    }
}
