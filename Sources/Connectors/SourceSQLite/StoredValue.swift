import JSON
import SQL
import SQLite

/// A value as SQLite stores it, kept in a state: its storage class counts when it is compared.
enum StoredValue: Equatable {
    case integer(Int64)
    case real(Double)
    case text([UInt8])
    case blob([UInt8])

    /// Nil for NULL.
    init?(_ cell: SQLiteCell) {
        switch cell {
        case .null: return nil
        case .integer(let value): self = .integer(value)
        case .real(let value): self = .real(value)
        case .text(let text): self = .text(Array(text))
        case .blob(let bytes): self = .blob(Array(bytes))
        }
    }

    /// Reads what `storageClass` and `written` gave; nil for anything else.
    init?(_ storageClass: String?, _ written: String?) {
        guard let written else { return nil }
        switch storageClass {
        case "integer":
            guard let value = Int64(written) else { return nil }
            self = .integer(value)
        case "real":
            guard let value = Double(written), !value.isNaN else { return nil }
            self = .real(value)
        case "text": self = .text(Array(written.utf8))
        case "blob":
            guard let bytes = Self.bytes(hex: written) else { return nil }
            self = .blob(bytes)
        default: return nil
        }
    }

    var storageClass: String {
        switch self {
        case .integer: "integer"
        case .real: "real"
        case .text: "text"
        case .blob: "blob"
        }
    }

    var written: String {
        switch self {
        case .integer(let value): value.description
        case .real(let value): value.description
        case .text(let text): String(decoding: text, as: UTF8.self)
        case .blob(let bytes): bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    /// Whether a state can hold it exactly.
    var canBeWritten: Bool {
        if case .text(let text) = self { String(validating: text, as: UTF8.self) != nil } else { true }
    }

    /// Whether the cell is a value that SQLite takes for the same.
    func equals(_ cell: SQLiteCell) -> Bool {
        switch (self, cell) {
        case (.integer(let a), .integer(let b)): a == b
        case (.real(let a), .real(let b)): a == b
        case (.integer(let a), .real(let b)), (.real(let b), .integer(let a)): Int64(exactly: b) == a
        case (.text(let a), .text(let b)), (.blob(let a), .blob(let b)): a.elementsEqual(b)
        default: false
        }
    }

    private static func bytes(hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[start..<(start + 2)], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}

extension SQLiteStatement {
    func bind(_ value: StoredValue, at number: Int) throws {
        switch value {
        case .integer(let integer): try bind(SQLValue.integer(integer), at: number)
        case .real(let double): try bind(SQLValue.double(double), at: number)
        case .text(let text): try text.withUnsafeBytes { try bind(utf8: $0, at: number) }
        case .blob(let bytes): try bind(SQLValue.bytes(bytes), at: number)
        }
    }
}
