import ConnectorKit
import JSON
import Postgres
import Time

/// Writes rows as tuples of binary COPY, for tables whose columns have just the types that this destination declares.
struct PostgresBinaryEncoder: PostgresRowEncoder {
    let format = PostgresCopyIn.Format.binary
    private let types: [ColumnType]

    init(_ schema: TableSchema) { types = schema.columns.map(\.type) }

    mutating func append(
        _ row: borrowing TypedRow, _ ids: RawIDSource, sequence: Int64?, to bytes: inout [UInt8]
    ) {
        bytes.put(Int16(clamping: TableSchema.ownColumns.count + types.count + (sequence == nil ? 0 : 1)))
        bytes.put(Int32(RawIDSource.length))
        ids.append(to: &bytes)
        bytes.put(Int32(8))
        bytes.put(PostgresEpoch.microseconds(ofMilliseconds: row.extractedAt))
        row.values.meta.withUnsafeBufferPointer { bytes.put(json: $0) }
        if let generation = row.generation {
            bytes.put(Int32(8))
            bytes.put(generation)
        } else {
            bytes.putNull()
        }
        row.values.bytes.withUnsafeBufferPointer { values in
            for (cell, type) in zip(row.values.cells, types) {
                switch cell {
                case .null: bytes.putNull()
                case .bool(let flag):
                    bytes.put(Int32(1))
                    bytes.append(flag ? 1 : 0)
                case .integer(let integer):
                    bytes.put(Int32(8))
                    bytes.put(integer)
                case .text(let start, let end):
                    Self.append(UnsafeBufferPointer(rebasing: values[start..<end]), type, to: &bytes)
                }
            }
        }
        if let sequence {
            bytes.put(Int32(8))
            bytes.put(sequence)
        }
    }

    private static func append(_ text: UnsafeBufferPointer<UInt8>, _ type: ColumnType, to bytes: inout [UInt8]) {
        switch type {
        case .string, .integer, .boolean:
            bytes.put(Int32(clamping: text.count))
            bytes += text
        case .json: bytes.put(json: text)
        case .number: PostgresNumeric.append(text, to: &bytes)
        case .date, .timestamp, .timestampWithTimezone, .time, .timeWithTimezone: append(time: text, type, to: &bytes)
        }
    }

    /// Infinite dates and timestamps are the greatest and the least of their numbers.
    private static func append(time text: UnsafeBufferPointer<UInt8>, _ type: ColumnType, to bytes: inout [UInt8]) {
        let infinity: Int64? =
            switch text.first {
            case UInt8(ascii: "i"): .max
            case UInt8(ascii: "-"): .min
            default: nil
            }
        let time = CivilTime(text)
        switch type {
        case .date:
            bytes.put(Int32(4))
            bytes.put(infinity.map { Int32(clamping: $0) } ?? time?.date.map { PostgresEpoch.days($0) } ?? 0)
        case .time:
            bytes.put(Int32(8))
            bytes.put(time?.microseconds ?? 0)
        case .timeWithTimezone:
            bytes.put(Int32(12))
            bytes.put(time?.microseconds ?? 0)
            // Counted to the west.
            bytes.put(-Int32(clamping: time?.offset ?? 0))
        default:
            bytes.put(Int32(8))
            bytes.put(
                infinity ?? time?.date.map { PostgresEpoch.microseconds($0, time?.microseconds ?? 0) } ?? 0)
        }
    }
}

extension [UInt8] {
    mutating func put(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func putNull() { put(Int32(-1)) }

    /// A value behind the version of jsonb's own form.
    fileprivate mutating func put(json: UnsafeBufferPointer<UInt8>) {
        put(Int32(clamping: json.count + 1))
        append(1)
        self += json
    }
}
