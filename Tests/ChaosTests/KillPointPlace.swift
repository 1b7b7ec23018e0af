import JSON
import Posix
import Postgres
import SQL
import SQLite
import TestKit

/// The connection, the files and the table of one kill point.
struct KillPointPlace: Sendable {
    enum Table: Sendable {
        case sqlite(path: String)
        case postgres(url: String, schema: String)
    }

    struct Number: Hashable, Sendable {
        let id: Int
        let value: String
    }

    let directory: String
    let table: Table
    let connection: JSON
    /// What the source has in the end.
    let records: Int

    /// Writes down how the next reading goes, and forgets the last one's steps.
    func plan(records: Int, value: String, kill: KillPoint?) async throws {
        var plan: JSON = ["records": .integer(records), "page": 5, "value": .string(value)]
        if let kill {
            plan["killer"] = .string(kill.killer.rawValue)
            plan["at"] = .integer(kill.step)
        }
        try Descriptor.open("\(directory)/plan.json", 0o1101, mode: 0o644).write(plan.text)
    }

    func exists(_ name: String) -> Bool { (try? SecureFile.read("\(directory)/\(name)", limit: 1 << 20)) != nil }

    func touch(_ name: String) throws { try Descriptor.open("\(directory)/\(name)", 0o101, mode: 0o644).write("") }

    /// The steps that one side took in its last reading that came to its end.
    func steps(of side: String) throws -> Int { try numbers(in: "\(side)-steps").last ?? 0 }

    /// The newest state that the destination has echoed.
    var acknowledged: Int { get throws { try numbers(in: "acknowledged").max() ?? 0 } }

    private func numbers(in name: String) throws -> [Int] {
        guard exists(name) else { return [] }
        let text = String(decoding: try SecureFile.read("\(directory)/\(name)", limit: 1 << 20), as: UTF8.self)
        return text.split(separator: "\n").compactMap { Int($0) }
    }

    func numbers(_ range: ClosedRange<Int>, _ value: String) -> [Number] {
        range.map { Number(id: $0, value: value) }
    }

    /// What the table holds, by its ids.
    func rows() async throws -> [Number] {
        let table = table
        return try await Thread.value {
            let rows: [Row]
            switch table {
            case .sqlite(let path):
                let connection = try SQLiteConnection(path: path, access: .readOnly)
                defer { connection.close() }
                rows = try connection.rows("SELECT id, value FROM numbers ORDER BY id, value")
            case .postgres(let url, let schema):
                let connection = try PostgresConnection(PostgresSettings(url: url))
                defer { connection.close() }
                rows = try connection.rows(
                    Query(trusted: "SELECT id, value FROM \(schema).numbers ORDER BY id, value"))
            }
            return try rows.map { Number(id: try $0.get("id"), value: try $0.get("value")) }
        }
    }
}
