import ConnectorKit
import SQLite

/// Some of a column's values, against which its declared type is held: SQLite does not.
struct ColumnSample {
    /// How many rows are looked at.
    static let rows = 1000

    /// The declared form where all values fit it, else the narrowest that they all fit.
    private(set) var form: SourceColumn.Form
    private var candidates: [SourceColumn.Form]

    init(_ declared: SourceColumn.Form) {
        form = declared
        candidates =
            switch declared {
            case .timestamp, .timestampWithTimezone: [declared, .timestamp, .timestampWithTimezone]
            // Texts fit too, but not only texts.
            case .bytes: []
            default: [declared]
            }
        candidates += [.integer, .number, .text, .bytes, .any]
    }

    mutating func take(_ cell: SQLiteCell) {
        if case .null = cell { return }
        defer { form = candidates.first ?? .any }
        candidates.removeAll { !$0.fits(cell) }
    }
}

extension SourceColumn.Form {
    fileprivate func fits(_ cell: SQLiteCell) -> Bool {
        switch (self, cell) {
        case (.any, _), (.integer, .integer), (.number, .integer), (.number, .real), (.text, .text): true
        case (.boolean, .integer(let value)): value == 0 || value == 1
        case (.bytes, .text), (.bytes, .blob): true
        case (.json, .text(let text)): Self.isJSON(text)
        // A number in a column that is declared JSON is stored as a number.
        case (.json, .integer), (.json, .real): true
        case (.date, .text(let text)):
            CivilTime(text).map { $0.date != nil && $0.microseconds == nil } ?? false
        case (.time, .text(let text)): CivilTime(text).map { $0.date == nil && $0.offset == nil } ?? false
        case (.timestamp, .text(let text)): CivilTime(text).map { $0.date != nil && $0.offset == nil } ?? false
        case (.timestampWithTimezone, .text(let text)):
            CivilTime(text).map { $0.date != nil && $0.offset != nil } ?? false
        default: false
        }
    }

    private static func isJSON(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var scanner = JSONScanner(text)
        return scanner.value() != nil && scanner.isAtEnd()
    }
}
