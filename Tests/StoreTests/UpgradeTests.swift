import Model
import Posix
import SQL
import Schema
import Store
import TestKit
import Testing
import Time

@Suite("Upgrading a database that is in use", .timeLimit(.minutes(3)))
struct UpgradeTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `jobs keep their kinds and their attempts, and new kinds are taken`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine, migrations: Migration.all.filter { $0.number <= 2 })
        let (workspace, connection) = (WorkspaceID(), ConnectionID())
        let connectors = [ConnectorKind.source: ConnectorID(), .destination: ConnectorID()]
        try await database.write { session throws in
            try session.seedOwner(organization: "o", email: "e")
            try session.run(
                """
                INSERT INTO workspace (id, organization_id, name, slug, initial_setup_complete, created_at)
                VALUES (\(workspace), \(UUID.zero), 'w', 'w', TRUE, 0)
                """)
            for (kind, id) in connectors {
                let definition = DefinitionID()
                try session.run(
                    """
                    INSERT INTO connector_definition (id, kind, name, repository, tag, specification,
                                                      supports_refreshes, created_at)
                    VALUES (\(definition), \(kind.rawValue), 'd', 'exec:d', '1', '{}', FALSE, 0)
                    """)
                try session.run(
                    """
                    INSERT INTO connector (id, kind, definition_id, workspace_id, name, configuration, created_at,
                                           updated_at)
                    VALUES (\(id), \(kind.rawValue), \(definition), \(workspace), 'c', '{}', 0, 0)
                    """)
            }
            try session.run(
                """
                INSERT INTO connection (id, workspace_id, source_id, destination_id, name, namespace_definition, status,
                                        schedule, is_timed, catalog, non_breaking_changes, created_at, updated_at)
                VALUES (\(connection), \(workspace), \(connectors[.source]), \(connectors[.destination]), 'c', 'source',
                        'active', '{"type":"manual"}', FALSE, '{"streams":[]}', 'ignore', 0, 0)
                """)
            for kind in ["sync", "reset_connection"] {
                try session.run(
                    """
                    INSERT INTO job (connection_id, kind, status, is_scheduled, streams, retries, created_at, updated_at)
                    VALUES (\(connection), \(kind), 'failed', FALSE, '[]',
                            \(#"{"successiveComplete":1,"totalComplete":1,"successivePartial":0,"totalPartial":0,"interruptedWithoutProgress":0,"totalInterrupted":0}"#),
                            0, 0)
                    """)
            }
            try session.run(
                """
                INSERT INTO attempt (job_id, number, status, stats, failures, created_at, updated_at, ended_at)
                SELECT id, 0, 'failed', '{"streams":[],"sourceStates":0,"destinationStates":0}', '[]', 0, 0, 0 FROM job
                """)
        }
        _ = try await Migrator(database).migrate()
        try await database.write { session throws in
            var filter = JobFilter()
            filter.newestFirst = false
            let jobs = try session.jobs(filter)
            #expect(jobs.map(\.kind) == [.sync, .reset])
            #expect(jobs.map(\.refreshes) == [[], []])
            #expect(try session.countJobs(filter) == 2)
            #expect(try session.connectionStandings(of: workspace) == [.failed: 1])
            #expect(jobs.map(\.retries.totalComplete) == [1, 1])
            #expect(try session.attempts(of: jobs.map(\.id)).count == 2)
            #expect(try session.connection(connection).runPolicy == RunPolicy())
            let refresh = try session.insertJob(
                .refresh, connection: connection, streams: [], isScheduled: false, at: Instant(seconds: 1))
            #expect(try session.job(refresh.id).kind == .refresh)
        }
        await #expect(throws: DatabaseError.self) {
            try await database.write { _ = try $0.run("UPDATE job SET kind = 'dance'") }
        }
    }
}
