import Model
import SQL
import Schedule
import Schema
import Store
import TestKit
import Testing
import Time

@Suite("Scheduled syncs", .timeLimit(.minutes(3)))
struct ScheduledSyncTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `a new connection's first sync is due at once where it has an interval`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let id = fixture.connection.id
        let (due, now) = try await fixture.database.read { session in
            let now = Instant(microseconds: try session.now())
            return (try session.scheduledSyncs(upTo: now, limit: 10), now)
        }
        #expect(due.map(\.connection) == [id])
        #expect(due.allSatisfy { $0.dueAt <= now && !$0.waitsForJob })
        try await fixture.database.write { session throws in
            _ = try session.insertJob(.sync, connection: id, streams: [], isScheduled: false, at: now)
            #expect(try session.scheduledSyncs(upTo: now, limit: 10).map(\.waitsForJob) == [true])
            #expect(try session.scheduledSyncs(upTo: now, after: due.first, limit: 10) == [])
            #expect(try session.scheduledSyncs(upTo: now - .seconds(3600), limit: 10) == [])
        }
    }

    /// In the database of the release before.
    @Test(arguments: Dialect.Engine.allCases)
    func `migration leaves it to cron to reckon what runs by the clock`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine, migrations: Migration.all.filter { $0.number <= 2 })
        try await database.write { session throws in
            try session.run("INSERT INTO organization (id, name, email) VALUES ('o', 'o', 'o')")
            try session.run(
                """
                INSERT INTO workspace (id, organization_id, name, slug, initial_setup_complete, created_at)
                VALUES ('w', 'o', 'w', 'w', TRUE, 0)
                """)
            try session.run(
                """
                INSERT INTO connector_definition (id, kind, name, repository, tag, specification, supports_refreshes,
                                                  created_at)
                VALUES ('d', 'source', 'd', 'r', 't', '{}', FALSE, 0)
                """)
            try session.run(
                """
                INSERT INTO connector (id, kind, definition_id, workspace_id, name, configuration, created_at,
                                       updated_at)
                VALUES ('c', 'source', 'd', 'w', 'c', '{}', 0, 0)
                """)
            for (id, status, isTimed) in [("1", "active", true), ("2", "active", false), ("3", "inactive", true)] {
                try session.run(
                    """
                    INSERT INTO connection (id, workspace_id, source_id, destination_id, name, namespace_definition,
                                            status, schedule, is_timed, catalog, non_breaking_changes, created_at,
                                            updated_at)
                    VALUES (\(id), 'w', 'c', 'c', 'c', 'source', \(status), '{}', \(isTimed), '{}', 'ignore', 0, 0)
                    """)
            }
        }
        _ = try await Migrator(database, migrations: Migration.all).migrate()
        let times: [Int64?] = try await database.read { session in
            try session.rows("SELECT next_sync_at FROM connection ORDER BY id").map {
                try $0.getOptional("next_sync_at")
            }
        }
        #expect(times == [0, nil, nil])
    }
}
