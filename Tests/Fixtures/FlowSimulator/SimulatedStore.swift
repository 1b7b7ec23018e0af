import SQL
import SQLite
import Schema

/// The tables of one simulation after the other, in memory. Used by one thread.
final class SimulatedStore {
    let connection: SQLiteConnection
    private let plant: Plant?
    private var edited: [String: String] = [:]
    /// Which of the plant's edits have met their statement.
    private(set) var used: Set<Int> = []
    /// The statements that empty the tables, those that others refer to last.
    private let emptying: [SQLiteStatement]

    init(plant: Plant?) throws {
        self.plant = plant
        connection = try SQLiteConnection(path: ":memory:", access: .readWrite)
        for migration in Migration.all { try connection.execute(script: migration.sql(.sqlite)) }
        try connection.execute(script: Rules.tables + Rules.script)
        if let schema = plant?.schema { try connection.execute(script: schema) }
        let tables: [String] = try connection.rows(
            """
            SELECT name FROM sqlite_master
            WHERE type = 'table' AND name NOT IN ('clock', 'worker_past') AND (name NOT LIKE 'sqlite_%')
            ORDER BY rowid DESC
            """
        ).map { try $0.get("name") }
        emptying = try (tables + ["sqlite_sequence"]).map { [connection] in
            try connection.prepare("DELETE FROM \"\($0)\"")
        }
    }

    /// Makes every table as it was at first.
    func empty() throws {
        try connection.run("UPDATE clock SET at = 0, client = 0")
        for statement in emptying { try statement.run() }
    }

    /// The statement as the plant leaves it, on the simulated clock.
    func edit(_ query: Query) -> Query {
        if let text = edited[query.text] { return Query(trusted: text, query.values) }
        var text = query.text
        for (index, edit) in (plant?.edits ?? []).enumerated() {
            guard let replaced = text.replacing(edit.find, by: edit.replacement) else { continue }
            text = replaced
            used.insert(index)
        }
        let now = plant?.usesClientClock == true ? "(SELECT client FROM clock)" : "(SELECT at FROM clock)"
        text = text.replacing(Dialect.sqlite.now.text, by: now) ?? text
        edited[query.text] = text
        return Query(trusted: text, query.values)
    }

    /// What is stored, past the clock, the network and the plant.
    func peek(_ query: Query) -> [Row] {
        do { return try connection.rows(query) } catch { fatalError("The simulation's own query failed: \(error)") }
    }
}

extension String {
    /// Every occurrence of `found` replaced; nil where there is none.
    func replacing(_ found: String, by replacement: String) -> String? {
        var rest = self[...]
        var result = ""
        var isFound = false
        let pattern = Array(found.utf8)
        while let start = rest.firstIndex(of: pattern) {
            isFound = true
            result += rest[..<start] + replacement
            rest = rest[rest.utf8.index(start, offsetBy: pattern.count)...]
        }
        return isFound ? result + rest : nil
    }
}

extension Substring {
    fileprivate func firstIndex(of pattern: [UInt8]) -> String.Index? {
        guard let head = pattern.first else { return nil }
        var start = utf8.startIndex
        while let candidate = utf8[start...].firstIndex(of: head) {
            if utf8[candidate...].starts(with: pattern) { return candidate }
            start = utf8.index(after: candidate)
        }
        return nil
    }
}
