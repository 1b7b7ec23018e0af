import Glibc
import Postgres
import SQL
import Synchronization
import TestKit

/// Writes to a pair's tables at random until told to stop, whatever becomes of the server meanwhile.
///
/// It has one connection, so that the column `written` grows in the order in which rows become visible.
final class PairWriter: Sendable {
    private let mode: PairMode
    private let isStopped = Mutex(false)

    init(_ mode: PairMode) { self.mode = mode }

    func stop() { isStopped.withLock { $0 = true } }

    /// Returns what it did not expect the server to say.
    func run(_ url: String, seed: UInt64) throws -> [String] {
        var random = SeededRandom(seed: seed)
        var surprises: [String] = []
        let settings = try PostgresSettings(url: url)
        while !isStopped.withLock({ $0 }) {
            do {
                let connection = try PostgresConnection(settings)
                defer { connection.close() }
                try write(connection, &random)
            } catch let error as DatabaseError where error.native?.hasPrefix("23") == true {
                // A key that is taken.
            } catch let error as DatabaseError where error.native?.hasPrefix("42") == true {
                surprises.append("\(error)")
            } catch {
                // The server is away.
                usleep(20_000)
            }
        }
        return surprises
    }

    private func write(_ connection: PostgresConnection, _ random: inout SeededRandom) throws {
        while !isStopped.withLock({ $0 }) {
            let isAlone = Bool.random(using: &random)
            let count = isAlone ? 1 : Int.random(in: 2...20, using: &random)
            if !isAlone { try connection.execute(script: "BEGIN") }
            for _ in 0..<count { try connection.execute(script: statement(&random)) }
            if !isAlone {
                try connection.execute(script: Int.random(in: 0..<5, using: &random) > 0 ? "COMMIT" : "ROLLBACK")
            }
            usleep(useconds_t.random(in: 0...4000, using: &random))
        }
    }

    private func statement(_ random: inout SeededRandom) -> String {
        let table = Int.random(in: 0..<4, using: &random) > 0 ? PairTable.things : .others
        let id = key(of: table, &random)
        let value = Int.random(in: 1...1_000_000_000, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1:
            return "UPDATE \(table) SET n = n + 1, \(Self.touch) WHERE id BETWEEN \(id) AND \(id + 30) AND \(Self.mine)"
        case 2:
            return "UPDATE \(table) SET j = jsonb_build_object('v', \(value)), \(Self.touch) WHERE id = \(id)"
        case 3:
            // Too large for its page, so that the log leaves it out where another column changes.
            return """
                UPDATE \(table) SET t = (SELECT string_agg(md5((g + \(value))::text), '') FROM generate_series(1, 200) g),
                    \(Self.touch) WHERE id = \(id)
                """
        case 4 where mode.seesDeletes: return "DELETE FROM \(table) WHERE id = \(id)"
        case 5 where mode.seesDeletes:
            return "UPDATE \(table) SET id = \(key(of: table, &random)), \(Self.touch) WHERE id = \(id)"
        case 6: return "UPDATE \(table) SET t = NULL, at = NULL, j = 'null', \(Self.touch) WHERE id = \(id)"
        default:
            return """
                INSERT INTO \(table) VALUES (\(id), md5('\(value)')::uuid, '{"é\\"": [\(value), 1.50]}', \(value) / 1e4,
                    to_timestamp(\(value)), repeat(chr(\(97 + value % 26)), \(value % 2000)))
                ON CONFLICT (id) DO UPDATE SET u = excluded.u, j = excluded.j, n = excluded.n, at = excluded.at,
                    t = excluded.t, \(Self.touch)
                """
        }
    }

    private static let touch = "written = nextval('written')"
    private static let mine = "id NOT BETWEEN \(PairTable.untouched.lowerBound) AND \(PairTable.untouched.upperBound)"

    /// Of a row that is there, perhaps, or of a new one.
    private func key(of table: PairTable, _ random: inout SeededRandom) -> Int {
        while true {
            let id = Int.random(in: 1...table.rows + table.rows / 10, using: &random)
            if !PairTable.untouched.contains(id) { return id }
        }
    }
}
