import Airbyte
import ConnectorKit
import JSON
import SQL
import SQLite
import TestKit
import Testing

/// Tables that are made up, with any value in any column, as SQLite allows.
@Suite("Any table of SQLite's", .timeLimit(.minutes(5)))
struct SourceSQLitePropertyTests {
    private static let types = [
        "", "INTEGER", "BIGINT", "REAL", "NUMERIC", "DECIMAL(9,2)", "TEXT", "VARCHAR(3)", "BLOB", "BOOLEAN", "DATE",
        "DATETIME", "TIMESTAMP WITH TIME ZONE", "TIME", "JSON", "UUID", "POINT",
    ]
    private static let integers = ["0", "1", "-1", "7", "1700000000", "9223372036854775807", "-9223372036854775808"]
    private static let reals = ["0.5", "-1e-7", "1e300", "9e999", "-9e999", "0.30000000000000004", "5e-324"]
    private static let texts = [
        "''", "'007'", "'x y'", "'é😀'", "'\"\\'", "char(10, 1)", "'2024-02-29'", "'0044-03-15 BC'", "'09:30'",
        "'2024-01-31 09:30:00'", "'2024-01-31T09:30:00.5Z'", "'2024-01-31 09:30:00+05:45'", "'{\"a\": [1]}'", "'{'",
        "'null'", "'true'", "'NaN'", "'infinity'", "'1e5'",
    ]
    private static let blobs = ["x''", "x'00ff10'", "x'22'"]

    /// A value; mostly one of a favourite kind, so that columns are mostly of one.
    private static func value(_ favourite: Int, _ random: inout SeededRandom) -> String {
        let kinds = [integers, reals, texts, blobs, ["NULL"]]
        let kind = kinds[Int.random(in: 0..<8, using: &random) < 6 ? favourite : Int.random(in: 0..<5, using: &random)]
        return kind.randomElement(using: &random) ?? "NULL"
    }

    private static func script(_ random: inout SeededRandom) -> (script: String, columns: Int, rows: Int) {
        let columns = Int.random(in: 1...6, using: &random)
        let key = ["k INTEGER PRIMARY KEY", "k INT", "k TEXT PRIMARY KEY"].randomElement(using: &random) ?? ""
        let isClustered = key.contains("TEXT")
        let list = (0..<columns).map { "c\($0) \(types.randomElement(using: &random) ?? "")" }
        var script = "CREATE TABLE t (\(key), \(list.joined(separator: ", ")))\(isClustered ? " WITHOUT ROWID" : "");\n"
        let favourites = (0..<columns).map { _ in Int.random(in: 0..<4, using: &random) }
        // Discovery sees them all, so no value may come as a surprise.
        let rows = Int.random(in: 0...300, using: &random)
        for row in 0..<rows {
            let values = favourites.map { value($0, &random) }
            script +=
                "INSERT INTO t VALUES (\(isClustered ? "'é\(row)'" : "\(row)"), \(values.joined(separator: ", ")));\n"
        }
        return (script, columns, rows)
    }

    @Test(arguments: 1...16)
    func `every value comes through to both destinations, in one read or in many`(seed: Int) async throws {
        var random = SeededRandom(seed: UInt64(seed))
        var source = try SourceSQLiteFile()
        source.configuration["checkpoint_rows"] = .integer(Int.random(in: 1...50, using: &random))
        let (script, columns, rows) = Self.script(&random)
        try source.execute("BEGIN;\n\(script)COMMIT")
        var stream = try await source.stream("t")
        let whole = try await source.read([stream])
        #expect(whole.exitCode == 0 && whole.records.count == rows)
        for state in [whole.states.first, whole.states.randomElement(using: &random)].compactMap(\.self) {
            let rest = try await source.read([stream], state: state)
            #expect(rest.records == Array(whole.records.suffix(rest.records.count)))
        }
        let counts = (0..<columns).map { "count(c\($0))" }.joined(separator: ", ")
        let expected = try SQLiteConnection(path: source.path, access: .readOnly)
            .rows(Query(trusted: "SELECT count(*), \(counts) FROM t"))
            .map {
                $0.values.map { if case .integer(let count) = $0 { "\(count)" } else { "?" } }.joined(separator: "|")
            }
        stream.generationID = 1
        stream.minimumGenerationID = 0
        for kind in DestinationUnderTest.Kind.allCases {
            let destination = try await DestinationUnderTest(kind)
            let run = try await destination.write([stream], whole.output)
            #expect(run.exitCode == 0, "\(run.failure ?? nil)")
            #expect(try await destination.rows("SELECT count(*), \(counts) FROM t") == expected)
            let changed = "SELECT count(*) FROM t WHERE CAST(_airbyte_meta AS text) LIKE '%\"change\"%'"
            #expect(try await destination.rows(changed) == ["0"])
        }
    }

    @Test(arguments: 1...8)
    func `any column can be a cursor, from which nothing is passed over`(seed: Int) async throws {
        var random = SeededRandom(seed: UInt64(seed))
        var source = try SourceSQLiteFile()
        source.configuration["checkpoint_rows"] = .integer(Int.random(in: 1...20, using: &random))
        let (script, columns, rows) = Self.script(&random)
        try source.execute("BEGIN;\n\(script)COMMIT")
        for column in 0..<columns {
            let stream = try await source.stream("t", .incremental, cursor: "c\(column)")
            let whole = try await source.read([stream])
            // Bytes, Booleans and documents are none, which is said.
            guard whole.exitCode == 0 else {
                #expect(whole.failure?["failure_type"] == "config_error")
                continue
            }
            #expect(whole.records.count == rows)
            for state in [whole.states.first, whole.states.randomElement(using: &random)].compactMap(\.self) {
                let rest = try await source.read([stream], state: state)
                let isAtStart = state["stream"]?["stream_state"]?["cursor"] == .null
                #expect(isAtStart || rest.records == Array(whole.records.suffix(rest.records.count)))
                #expect(rest.states.last?["stream"] == whole.states.last?["stream"])
            }
            #expect(try await source.read([stream], state: whole.states.last).records.count <= (rows == 0 ? 0 : rows))
        }
    }
}
