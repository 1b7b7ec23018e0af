import ConnectorKit
import JSON
import SQLite

/// Writes the current row of a statement as a JSON object.
///
/// No value is lost: one that is not what its column is meant to hold goes out as what it is, a number, a text, or bytes
/// in base64.
struct RowWriter {
    private let keys: [[UInt8]]
    private let forms: [SourceColumn.Form]

    init(_ columns: [SourceColumn]) {
        keys = columns.enumerated().map { Array("\($0 == 0 ? "{" : ",")\(JSON.string($1.name).text):".utf8) }
        forms = columns.map(\.form)
    }

    func write(_ statement: SQLiteStatement, into out: inout [UInt8]) {
        if keys.isEmpty { out.append(UInt8(ascii: "{")) }
        for index in keys.indices {
            out += keys[index]
            Self.write(statement.cell(at: index), forms[index], into: &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    private static func write(_ cell: SQLiteCell, _ form: SourceColumn.Form, into out: inout [UInt8]) {
        switch (cell, form) {
        case (.null, _): out += "null".utf8
        case (.integer(let value), .boolean) where value == 0 || value == 1:
            out += (value == 1 ? "true" : "false").utf8
        case (.integer(let value), _): out += value.description.utf8
        case (.real(let value), _): JSON.write(value, into: &out)
        case (.text(let text), .json):
            if !JSON.write(json: text, into: &out) { JSON.write(utf8: text, into: &out) }
        case (.text(let text), .bytes), (.blob(let text), _): JSON.write(base64: text, into: &out)
        case (.text(let text), .timestamp), (.text(let text), .timestampWithTimezone): writeTime(text, into: &out)
        case (.text(let text), _): JSON.write(utf8: text, into: &out)
        }
    }

    /// `2024-01-31 09:30:00` becomes `2024-01-31T09:30:00`.
    private static func writeTime(_ text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        let start = out.count
        JSON.write(utf8: text, into: &out)
        if text.count > 10, text[10] == 32, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") {
            out[start + 11] = UInt8(ascii: "T")
        }
    }
}
