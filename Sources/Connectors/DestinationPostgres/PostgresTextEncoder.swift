import ConnectorKit
import Postgres

/// Writes rows as text, which the server turns into whatever types the table has.
struct PostgresTextEncoder: PostgresRowEncoder {
    let format = PostgresCopyIn.Format.text
    private var time: (milliseconds: Int64, text: [UInt8]) = (.min, [])
    private static let null: [UInt8] = Array("\\N".utf8)
    private static let tab = UInt8(ascii: "\t")

    mutating func append(
        _ row: borrowing TypedRow, _ ids: RawIDSource, sequence: Int64?, to bytes: inout [UInt8]
    ) {
        if time.milliseconds != row.extractedAt {
            time = (row.extractedAt, TypedRow.text(ofMilliseconds: row.extractedAt))
        }
        ids.append(to: &bytes)
        bytes.append(Self.tab)
        bytes += time.text
        bytes.append(Self.tab)
        row.values.meta.withUnsafeBufferPointer { Self.append($0, to: &bytes) }
        bytes.append(Self.tab)
        bytes += row.generation.map { String($0) }.map { Array($0.utf8) } ?? Self.null
        row.values.bytes.withUnsafeBufferPointer { values in
            for cell in row.values.cells {
                bytes.append(Self.tab)
                switch cell {
                case .null: bytes += Self.null
                case .bool(let flag): bytes.append(flag ? UInt8(ascii: "t") : UInt8(ascii: "f"))
                case .integer(let integer): bytes += String(integer).utf8
                case .text(let start, let end):
                    Self.append(UnsafeBufferPointer(rebasing: values[start..<end]), to: &bytes)
                }
            }
        }
        if let sequence {
            bytes.append(Self.tab)
            bytes += String(sequence).utf8
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Appends a value with what means something to COPY escaped.
    private static func append(_ value: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        var clean = 0
        for index in value.indices {
            let letter: UInt8
            switch value[index] {
            case UInt8(ascii: "\\"): letter = UInt8(ascii: "\\")
            case 10: letter = UInt8(ascii: "n")
            case 13: letter = UInt8(ascii: "r")
            case 9: letter = UInt8(ascii: "t")
            default: continue
            }
            bytes += value[clean..<index]
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(letter)
            clean = index + 1
        }
        bytes += value[clean...]
    }
}
