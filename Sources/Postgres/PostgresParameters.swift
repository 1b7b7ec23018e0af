import CPostgres
import SQL

/// Bound values in the shape in which libpq takes them.
struct PostgresParameters {
    /// Zero leaves the type to the server, so that a text can become a uuid, a json or a timestamp.
    private(set) var types: [Oid] = []
    private var bytes: [UInt8] = []
    private var ranges: [Range<Int>?] = []
    private var formats: [CInt] = []

    init(_ values: [SQLValue]) throws {
        for value in values {
            let start = bytes.count
            var format: CInt = 0
            switch value {
            case .null: types.append(0)
            case .bool(let flag):
                types.append(PostgresType.bool)
                bytes.append(UInt8(ascii: flag ? "t" : "f"))
            case .integer(let integer):
                types.append(PostgresType.int8)
                bytes += String(integer).utf8
            case .double(let double):
                types.append(PostgresType.float8)
                bytes += String(double).utf8
            case .text(let text):
                types.append(0)
                bytes += text.utf8
                if bytes[start...].contains(0) {
                    throw DatabaseError(
                        .constraintViolation, "A text holds a NUL character, which cannot be stored.", native: "22021")
                }
            case .bytes(let raw):
                types.append(PostgresType.bytea)
                bytes += raw
                format = 1
            }
            ranges.append(value == .null ? nil : start..<bytes.count)
            formats.append(format)
            // Values in text form end with a NUL.
            bytes.append(0)
        }
        guard values.count <= 65535 else {
            throw DatabaseError(.other, "A query binds more than 65535 values; run it in pieces.")
        }
    }

    /// Hands over count, values, lengths and formats, good only inside `body`.
    func with<Value>(
        _ body: (CInt, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<CInt>?, UnsafePointer<CInt>?) -> Value
    ) -> Value {
        bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = ranges.map { range in
                range.flatMap { range in start.map { UnsafePointer($0 + range.lowerBound) } }
            }
            let lengths = ranges.map { CInt(clamping: $0?.count ?? 0) }
            return body(CInt(clamping: ranges.count), pointers, lengths, formats)
        }
    }
}
