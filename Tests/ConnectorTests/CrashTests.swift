import Airbyte
import ConnectorKit
import JSON
import TestKit
import Testing

/// A server that crashes forgets the last transactions that were rolled back, and gives their numbers to others.
@Suite("source-postgres, a server that crashes after a read", .timeLimit(.minutes(5)))
struct CrashTests {
    private static let table = """
        CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT g, 0 FROM generate_series(1, 2000) g; ANALYZE t
        """
    private static let rollBack = String(repeating: "BEGIN; UPDATE t SET v = 7 WHERE id = 1; ROLLBACK; ", count: 9)

    /// More transactions than were rolled back, so that their numbers go beyond those that were noted.
    private static let later = String(repeating: "BEGIN; UPDATE t SET v = 8 WHERE id = 1; COMMIT; ", count: 20)
    /// The server's log writer is slow, as on a busy machine.
    private static let slow = [
        "ALTER SYSTEM SET wal_writer_delay = '1s'", "ALTER SYSTEM SET wal_writer_flush_after = '100MB'",
        "SELECT pg_reload_conf()",
    ]

    private func source() async throws -> SourcePostgresTests.Source {
        var source = try await SourcePostgresTests.Source(alone: true)
        source.configuration["checkpoint_rows"] = 300
        try await source.execute(Self.table)
        for statement in Self.slow { try await source.execute(statement) }
        return source
    }

    @Test func `xmin passes over nothing`() async throws {
        var source = try await source()
        source.configuration["replication_method"] = ["method": "Xmin"]
        let stream = try await source.stream("t", sync: .incremental)
        var state = try #require(try await source.read([stream]).states.last)
        for value in 1...2 {
            try await source.execute(Self.rollBack)
            state = try #require(try await source.read([stream], state: state).states.last)
            try await source.server.kill()
            try await source.server.restart()
            try await source.execute("UPDATE t SET v = \(value) WHERE id = 5; " + Self.later)
            let next = try await source.read([stream], state: state)
            #expect(next.exitCode == 0, "\(next.output)")
            #expect(next.records.contains { $0["id"] == 5 && $0["v"] == .integer(value) })
        }
    }

    @Test func `a full refresh that goes on brings what was written since`() async throws {
        let source = try await source()
        let stream = try await source.stream("t", sync: .fullRefresh)
        for value in 1...2 {
            try await source.execute(Self.rollBack)
            let broken = try await source.read([stream])
            #expect(broken.states.count > 3)
            try await source.server.kill()
            try await source.server.restart()
            try await source.execute("UPDATE t SET v = \(value) WHERE id = 5; " + Self.later)
            // The row's old version lies before this state's place.
            let next = try await source.read([stream], state: broken.states[1])
            #expect(next.exitCode == 0, "\(next.output)")
            #expect(next.records.contains { $0["id"] == 5 && $0["v"] == .integer(value) })
        }
    }

    @Test func `changes behind a copy that was broken off are not taken for part of it`() async throws {
        for value in 1...2 {
            let server = try await ThrowawayPostgres.start()
            let source = try await CaptureSource(Self.table, server: server, checkpointRows: 300)
            for statement in Self.slow { try await source.execute(statement) }
            let streams = try await source.streams(["t"])
            try await source.execute(Self.rollBack)
            let copy = try await source.read(streams)
            #expect(copy.states.count > 3)
            try await server.kill()
            try await server.restart()
            try await source.execute("UPDATE t SET v = \(value) WHERE id = 5; DELETE FROM t WHERE id = 6")
            let next = try await source.read(streams, state: copy.states[1])
            #expect(next.exitCode == 0, "\(next.output)")
            let messages = Array(copy.messages.prefix { $0["state"] != copy.states[2] }) + next.messages
            #expect(try await source.table("t") == ConnectorRun.folded(messages, "t"))
        }
    }
}
