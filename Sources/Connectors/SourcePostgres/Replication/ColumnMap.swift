import ConnectorKit
import Postgres

/// Where the columns of a stream stand in the rows that the server sends.
struct ColumnMap {
    /// -1 for a column that the rows do not have, or had with another type.
    let places: [Int]
    /// Those of the primary key; -1 as above.
    let keyPlaces: [Int]
    /// Whether every value can be written as it comes, unless a row leaves one out.
    let isDirect: Bool
    /// Which columns an old row has; the others stand in it as if they were empty.
    let isInOld: [Bool]
    /// Columns of the key that a row which is gone is told without.
    let keyGaps: [String]

    init(_ relation: Relation, _ captured: CapturedTable, _ columns: [SourceColumn]) {
        var found: [String: (place: Int, column: Relation.Column)] = [:]
        for (place, column) in relation.columns.enumerated() { found[column.name] = (place, column) }
        func place(_ name: String) -> Int {
            guard let (place, column) = found[name], column.type == captured.published.types[name] else { return -1 }
            return place
        }
        places = columns.map { place($0.name) }
        keyPlaces = captured.table.primaryKey.map(place)
        isDirect = columns.allSatisfy { $0.conversion == nil }
        func isInOld(_ name: String) -> Bool {
            found[name].map { relation.isWhole || $0.column.isIdentity } ?? false
        }
        self.isInOld = columns.map { isInOld($0.name) }
        keyGaps = captured.table.primaryKey.filter { !isInOld($0) }
    }
}

extension SourceColumn {
    /// The SQL that turns the text `v` of a value into what a copy of the row would hold, where only the server can.
    var conversion: String? {
        switch form {
        case .array, .composite: "to_json(CAST(v AS \(type)))"
        case .money: "CAST(v AS \(type))::numeric"
        default: nil
        }
    }
}
