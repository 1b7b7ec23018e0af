import Airbyte
import JSON
import Testing

/// A whole table is read page by page, and a later attempt goes on from any state.
@Suite("source-postgres: page by page", .timeLimit(.minutes(5)))
struct PageReadingTests {
    typealias Source = SourcePostgresTests.Source

    private static let rows = 8000

    private func source(alone: Bool = false, connections: Int = 1) async throws -> (Source, ConfiguredStream) {
        var source = try await Source(alone: alone)
        source.configuration["checkpoint_rows"] = connections == 1 ? 1300 : 400
        source.configuration["max_db_connections"] = .integer(connections)
        try await source.execute(
            """
            CREATE TABLE items (id int PRIMARY KEY, note text);
            INSERT INTO items SELECT g, 'note ' || g FROM generate_series(1, \(Self.rows)) g; ANALYZE items
            """)
        return (source, try await source.stream("items", sync: .fullRefresh))
    }

    private func ids(_ records: some Sequence<JSON>) -> [Int] { records.compactMap { $0["id"]?.intValue } }

    /// What was sent before each state, with the state.
    private func parts(_ run: ConnectorRun) -> [(ids: [Int], state: JSON)] {
        var parts: [(ids: [Int], state: JSON)] = []
        var ids: [Int] = []
        for message in run.messages {
            if let id = message["record"]?["data"]?["id"]?.intValue { ids.append(id) }
            if let state = message["state"] { parts.append((ids, state)) }
        }
        return parts
    }

    @Test(arguments: [1, 3])
    func `from each state on the rest comes, each row once`(connections: Int) async throws {
        let (source, items) = try await source(alone: true, connections: connections)
        let whole = try await source.read([items])
        #expect(whole.exitCode == 0)
        let parts = parts(whole)
        #expect(parts.count > 5)
        for part in parts {
            let rest = try await source.read([items], state: part.state)
            #expect(rest.exitCode == 0)
            let all = (part.ids + ids(rest.records)).sorted()
            #expect(all.count == Self.rows)
            #expect(Set(all) == Set(1...Self.rows))
        }
        #expect(try await source.read([items], state: #require(parts.last?.state)).records.isEmpty)
    }

    @Test func `each state tells how many records came since the one before`() async throws {
        let (source, items) = try await source(connections: 3)
        let run = try await source.read([items])
        var count = 0
        for message in run.messages {
            if message["record"] != nil { count += 1 }
            guard let state = message["state"] else { continue }
            #expect(state["sourceStats"]?["recordCount"]?.doubleValue == Double(count))
            count = 0
        }
        #expect(count == 0)
    }

    @Test(arguments: [1, 3])
    func `what changed between two attempts is not missed, wherever it lies now`(connections: Int) async throws {
        let (source, items) = try await source(connections: connections)
        let part = try #require(parts(try await source.read([items])).first { $0.ids.count > 2500 })
        // Makes room in front, into which the rows behind move as they change.
        try await source.execute("DELETE FROM items WHERE id <= 2000")
        try await source.execute("VACUUM items")
        try await source.execute("UPDATE items SET note = 'moved' WHERE id > \(Self.rows - 1000)")
        try await source.execute("INSERT INTO items VALUES (0, 'new')")
        let rest = try await source.read([items], state: part.state)
        let all = Set(part.ids + ids(rest.records))
        #expect(all == Set(0...Self.rows))
        let moved = rest.records.filter { $0["note"] == "moved" }
        #expect(Set(ids(moved)) == Set((Self.rows - 999)...Self.rows))
    }

    @Test func `a table that was written anew is read anew`() async throws {
        let (source, items) = try await source()
        let part = parts(try await source.read([items]))[2]
        try await source.execute("VACUUM FULL items")
        let all = ids(try await source.read([items], state: part.state).records)
        #expect(all.count == Self.rows)
        #expect(Set(all) == Set(1...Self.rows))
    }

    @Test func `a state of Airbyte's own is gone on from`() async throws {
        let (source, items) = try await source()
        let part = parts(try await source.read([items]))[2]
        let state = try #require(part.state["stream"]?["stream_state"])
        let theirs: JSON = [
            "type": "STREAM",
            "stream": [
                "stream_descriptor": ["name": "items", "namespace": "public"],
                "stream_state": [
                    "version": 2, "state_type": "ctid", "ctid": state["ctid"] ?? .null,
                    "relation_filenode": state["relation_filenode"] ?? .null, "incremental_state": .null,
                ],
            ],
        ]
        let rest = ids(try await source.read([items], state: theirs).records)
        #expect(part.ids.count + rest.count == Self.rows)
        #expect(Set(part.ids + rest) == Set(1...Self.rows))
    }

    @Test(arguments: [#""(1,2""#, #""(x,1)""#, #""(1,2,3)""#, #""(-1,0)""#, "7", #""(1,0)' OR true --""#])
    func `a broken place is none`(place: String) async throws {
        let (source, items) = try await source()
        let state: JSON = [
            "type": "STREAM",
            "stream": [
                "stream_descriptor": ["name": "items", "namespace": "public"],
                "stream_state": ["state_type": "ctid", "relation_filenode": 1, "ctid": try JSON.parse(place)],
            ],
        ]
        let run = try await source.read([items], state: state)
        #expect(run.exitCode == 0)
        #expect(run.records.count == Self.rows)
    }
}
