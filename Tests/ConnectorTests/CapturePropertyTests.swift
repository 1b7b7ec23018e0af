import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import Synchronization
import TestKit
import Testing

@Suite("source-postgres, changes under random writes and breaks", .timeLimit(.minutes(5)))
struct CapturePropertyTests {
    /// Writes to two tables at random until told to stop; large transactions stay open across several reads.
    final class Writer: Sendable {
        private let isStopped = Mutex(false)

        func stop() { isStopped.withLock { $0 = true } }

        func run(_ url: String, seed: UInt64) throws {
            let connections = try (0..<2).map { _ in try PostgresConnection(PostgresSettings(url: url)) }
            for connection in connections { try connection.execute(script: "SET lock_timeout = '50ms'") }
            var random = SeededRandom(seed: seed)
            var isOpen = [false, false]
            while !isStopped.withLock({ $0 }) {
                let index = Int.random(in: 0..<2, using: &random)
                let connection = connections[index]
                do {
                    if !isOpen[index] {
                        try connection.execute(script: "BEGIN")
                        isOpen[index] = true
                    }
                    try connection.execute(script: Self.statement(&random))
                    // The first connection keeps its transactions open for long.
                    if Int.random(in: 0..<(index == 0 ? 60 : 4), using: &random) == 0 {
                        isOpen[index] = false
                        let isKept = Int.random(in: 0..<5, using: &random) > 0
                        try connection.execute(script: isKept ? "COMMIT" : "ROLLBACK")
                    }
                } catch {
                    // A row that the other one holds, or a key that is taken.
                    isOpen[index] = false
                    try connection.execute(script: "ROLLBACK")
                }
            }
            for connection in connections { try connection.execute(script: "COMMIT") }
        }

        private static func statement(_ random: inout SeededRandom) -> String {
            let table = Bool.random(using: &random) ? "a" : "b"
            let id = Int.random(in: 1...2_000, using: &random)
            let value = Int.random(in: 0...1_000_000, using: &random)
            return switch Int.random(in: 0..<8, using: &random) {
            case 0: "DELETE FROM \(table) WHERE id = \(id)"
            case 1: "UPDATE \(table) SET id = \(Int.random(in: 1...2_000, using: &random)) WHERE id = \(id)"
            case 2: "UPDATE \(table) SET v = v + 1 WHERE id BETWEEN \(id) AND \(id + 40)"
            case 3: "SAVEPOINT s; UPDATE \(table) SET v = \(value) WHERE id = \(id); ROLLBACK TO s"
            case 4: "SAVEPOINT s; UPDATE \(table) SET v = \(value) WHERE id = \(id); RELEASE s"
            case 5: "UPDATE \(table) SET pad = repeat('\(value % 10)', \(value % 3_000)) WHERE id = \(id)"
            default:
                "INSERT INTO \(table) VALUES (\(id), \(value), 'x') ON CONFLICT (id) DO UPDATE SET v = \(value)"
            }
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `whatever is written and wherever it breaks, the end is the source`(seed: UInt64) async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE a (id int PRIMARY KEY, v int, pad text); CREATE TABLE b (LIKE a INCLUDING ALL);
            ALTER TABLE b REPLICA IDENTITY FULL;
            INSERT INTO a SELECT g, 0, repeat('p', 300) FROM generate_series(1, 2000) g; INSERT INTO b SELECT * FROM a;
            """, checkpointRows: 150, connections: seed == 1 ? 1 : 3)
        let streams = try await source.streams(["a", "b"])
        let writer = Writer()
        let url = source.url
        async let writing: Void = Thread.value { try writer.run(url, seed: seed) }
        var random = SeededRandom(seed: seed &+ 1_000)
        var seen: [JSON] = []
        var state: JSON?
        for _ in 0..<8 {
            let run = try await source.read(streams, state: state)
            #expect(run.exitCode == 0, "\(run.output.suffix(2))")
            let messages = run.messages
            let ends = messages.indices.filter { messages[$0]["state"] != nil }
            // A break may also come before the first state; what was sent till then is in the destination or not.
            guard let end = ends.randomElement(using: &random), Int.random(in: 0..<6, using: &random) > 0 else {
                seen += messages.prefix(Int.random(in: 0...messages.count, using: &random))
                continue
            }
            seen += messages[...end]
            state = messages[end]["state"]
        }
        writer.stop()
        try await writing
        seen += try await source.read(streams, state: state).messages
        for name in ["a", "b"] {
            let (table, folded) = (try await source.table(name), ConnectorRun.folded(seen, name))
            let wrong = Set(table.keys).union(folded.keys).filter { table[$0] != folded[$0] }
            #expect(wrong.isEmpty, "\(wrong.count) rows of \(name): \(wrong.sorted().prefix(5))")
        }
    }
}
