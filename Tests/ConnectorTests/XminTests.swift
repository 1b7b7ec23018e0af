import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import SourcePostgres
import TestKit
import Testing

@Suite("source-postgres, xmin", .timeLimit(.minutes(5)))
struct XminTests {
    private func source(_ script: String) async throws -> SourcePostgresTests.Source {
        var source = try await SourcePostgresTests.Source()
        source.configuration["replication_method"] = ["method": "Xmin"]
        source.configuration["checkpoint_rows"] = 100
        try await source.execute(script)
        return source
    }

    @Test func `rows come when they were written since the last read`() async throws {
        let source = try await source(
            "CREATE TABLE t (id int, v int); INSERT INTO t SELECT g, 0 FROM generate_series(1, 2000) g")
        let stream = try await source.stream("t", sync: .incremental)
        #expect(stream.stream.sourceDefinedCursor == true)
        let first = try await source.read([stream])
        #expect(first.exitCode == 0, "\(first.output.suffix(2))")
        #expect(first.records.count == 2_000)
        #expect(first.states.count > 3)
        let state = first.states.last?["stream"]?["stream_state"]
        #expect(state?["state_type"] == "xmin")
        #expect(state?["xmin_xid_value"]?.intValue ?? 0 > 0)
        #expect(state?["reading"] == nil)
        try await source.execute("UPDATE t SET v = 1 WHERE id <= 3")
        try await source.execute(
            "BEGIN; SAVEPOINT a; INSERT INTO t VALUES (2001, 0); RELEASE a; COMMIT; DELETE FROM t WHERE id = 9")
        let second = try await source.read([stream], state: first.states.last)
        // Other tests' open transactions may let more come than was written.
        let ids = Set(second.records.compactMap { $0["id"]?.intValue })
        #expect(ids.isSuperset(of: [1, 2, 3, 2001]))
        #expect(second.statuses.last == "COMPLETE")
    }

    @Test func `what a transaction wrote that was open at the last read is not passed over`() async throws {
        let source = try await source("CREATE TABLE t (id int)")
        let stream = try await source.stream("t", sync: .incremental)
        let url = source.url
        let open = try await Thread.value {
            let connection = try PostgresConnection(PostgresSettings(url: url))
            try connection.execute(script: "BEGIN; INSERT INTO t VALUES (1); SAVEPOINT a; INSERT INTO t VALUES (2)")
            return CaptureTests.Held(connection)
        }
        try await source.execute("INSERT INTO t VALUES (3)")
        let first = try await source.read([stream])
        #expect(first.records.compactMap { $0["id"]?.intValue } == [3])
        try await Thread.value { try open.connection.execute(script: "COMMIT") }
        let second = try await source.read([stream], state: first.states.last)
        let ids = Set(second.records.compactMap { $0["id"]?.intValue })
        #expect(ids.isSuperset(of: [1, 2]))
    }

    @Test func `a read goes on from each of its states`() async throws {
        let source = try await source(
            """
            CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (1000);
            CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (1000) TO (9000);
            INSERT INTO t SELECT g FROM generate_series(1, 3000) g;
            """)
        let stream = try await source.stream("t", sync: .incremental)
        let whole = try await source.read([stream])
        var seen: [Int] = []
        for message in whole.messages {
            if let id = message["record"]?["data"]?["id"]?.intValue { seen.append(id) }
            guard let state = message["state"], state["stream"]?["stream_state"]?["reading"] != nil else { continue }
            let rest = try await source.read([stream], state: state)
            #expect(seen.count + rest.records.count == 3_000)
            let ids = Set(seen + rest.records.compactMap { $0["id"]?.intValue })
            #expect(ids.count == 3_000)
        }
        #expect(whole.states.count > 5)
    }

    @Test func `views are only copied, and foreign states are refused`() async throws {
        let source = try await source("CREATE TABLE t (id int); CREATE VIEW v AS SELECT * FROM t")
        var view = try await source.stream("v", sync: .incremental)
        #expect(view.stream.supportedSyncModes == [.fullRefresh])
        #expect(try await source.read([view]).failure?["message"]?.stringValue?.contains("is a view") == true)
        view.syncMode = .fullRefresh
        #expect(try await source.read([view]).exitCode == 0)
        let stream = try await source.stream("t", sync: .incremental)
        for state: JSON in [["cursor": "1"], ["state_type": "xmin"], ["state_type": "cursor_based", "cursor": "1"]] {
            let run = try await source.read(
                [stream],
                state: [
                    "type": "STREAM",
                    "stream": ["stream_descriptor": ["name": "t", "namespace": "public"], "stream_state": state],
                ])
            #expect(run.failure?["failure_type"] == "config_error", "\(state)")
        }
    }

    @Test func `the count of transactions may begin anew`() {
        #expect(XminCondition(since: nil, next: 1_000).sql == nil)
        #expect(
            XminCondition(since: 900, next: 1_000).sql == "xmin::text::bigint >= 900 AND xmin::text::bigint < 1000")
        let round: UInt64 = 1 << 32
        #expect(
            XminCondition(since: round - 5, next: round + 7).sql
                == "xmin::text::bigint >= 4294967291 OR xmin::text::bigint < 7")
        #expect(XminCondition(since: 5, next: round + 5).sql == nil)
        #expect(XminCondition(since: 5, next: round + 4).sql != nil)
        #expect(XminCondition(since: 2_000, next: 1_000).sql == nil)
    }

    @Test func `a snapshot tells across a round what it holds`() throws {
        let round: UInt64 = 1 << 32
        let snapshot = try #require(SnapshotVisibility("\(round - 3):\(round + 4):\(round - 3),\(round + 1)"))
        let held = [4_294_967_290, 4_294_967_294, 0, 3].map { snapshot.holds(UInt32($0)) }
        #expect(held == [true, true, true, true])
        let unheld = [4_294_967_293, 1, 4, 100].map { snapshot.holds(UInt32($0)) }
        #expect(unheld == [false, false, false, false])
        #expect(SnapshotVisibility("1:2") == nil)
        #expect(SnapshotVisibility("1:2:x") == nil)
    }

    @Test func `a count that lies ahead is of another server and everything comes`() async throws {
        let source = try await source("CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
        let stream = try await source.stream("t", sync: .incremental)
        var state = try #require(try await source.read([stream]).states.last)
        var saved = state["stream"]?["stream_state"] ?? [:]
        saved["xmin_raw_value"] = .integer((saved["xmin_raw_value"]?.intValue ?? 0) + 1_000_000)
        state["stream"] = ["stream_descriptor": ["name": "t", "namespace": "public"], "stream_state": saved]
        let run = try await source.read([stream], state: state)
        #expect(run.records.count == 1)
        #expect(run.states.last?["stream"]?["stream_state"]?["xmin_raw_value"] != saved["xmin_raw_value"])
    }
}
