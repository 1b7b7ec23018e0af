import SQL
import SQLite

/// A transaction at one instant of simulated time.
final class SimulatedSession: Session {
    let dialect = Dialect.simulated
    private let world: World
    private(set) var notices: [String] = []
    private(set) var failure: DatabaseError?

    init(_ world: World) { self.world = world }

    func rows(_ query: Query) throws -> [Row] {
        try attempt(query) {
            var rows = try world.store.connection.rows($0)
            if !rows.isEmpty, query.text.hasSuffix(dialect.skipLocked.text), world.network.holdsRow() {
                rows.remove(at: world.random.int(0...(rows.count - 1)))
            }
            if let row = rows.first { for value in row.values { world.trace.add(value) } }
            return (rows, rows.count)
        }
    }

    func run(_ query: Query) throws -> Int {
        try attempt(query) {
            let count = try world.store.connection.run($0)
            return (count, count)
        }
    }

    func notify(_ channel: String) throws { if !notices.contains(channel) { notices.append(channel) } }

    private func attempt<Value>(_ query: Query, _ body: (Query) throws -> (Value, Int)) throws -> Value {
        if let failure { throw failure }
        world.trace.add(Int64(query.text.utf8.count))
        for value in query.values { world.trace.add(value) }
        do {
            let (value, count) = try body(world.store.edit(query))
            world.trace.add(Int64(count))
            world.say("    \(world.store.edit(query).text.oneLine) \(query.values.map(\.brief)) -> \(count)")
            return value
        } catch let error as DatabaseError {
            failure = error
            world.say("    \(world.store.edit(query).text.oneLine) \(query.values.map(\.brief)) -> \(error)")
            world.judge(error)
            throw error
        }
    }
}

extension Dialect {
    /// SQLite's, with a mark where Postgres skips locked rows.
    static let simulated = Dialect(
        engine: .sqlite, now: sqlite.now, skipLocked: "/* skip locked */", forUpdate: sqlite.forUpdate,
        forKeyShare: sqlite.forKeyShare, identity: sqlite.identity, bytes: sqlite.bytes)
}

extension String {
    fileprivate var oneLine: String { split { $0 == "\n" || $0 == " " }.joined(separator: " ") }
}

extension SQLValue {
    fileprivate var brief: String {
        switch self {
        case .null: "NULL"
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .double(let number): "\(number)"
        case .text(let text): "'\(text.prefix(80))'"
        case .bytes(let bytes): "\(bytes.count) bytes"
        }
    }
}
