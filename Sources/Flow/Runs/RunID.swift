package import SQL

/// The number of a run; it is never used again.
package struct RunID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    package var description: String { String(number) }

    package static func < (a: RunID, b: RunID) -> Bool { a.number < b.number }
}

/// Written as a bare number.
extension RunID: Codable {
    package init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}

extension RunID: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { number.sqlValue }

    package init?(sqlValue: SQLValue) {
        guard let number = Int64(sqlValue: sqlValue) else { return nil }
        self.number = number
    }
}
