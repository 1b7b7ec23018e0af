import CPostgres
import SQL

/// The object ids of the built-in types that are known here, the same on every server.
package enum PostgresType {
    package static let bool: UInt32 = 16
    package static let bytea: UInt32 = 17
    package static let int8: UInt32 = 20
    package static let int2: UInt32 = 21
    package static let int4: UInt32 = 23
    package static let oid: UInt32 = 26
    package static let float4: UInt32 = 700
    package static let float8: UInt32 = 701

    /// A field in text form as a value; `numeric` and all that is not known stay text.
    static func decode(_ text: UnsafeBufferPointer<UInt8>, as type: UInt32) -> SQLValue {
        switch type {
        case int8, int4, int2, oid:
            if let integer = Int64(String(decoding: text, as: UTF8.self)) { return .integer(integer) }
        case bool: return .bool(text.first == UInt8(ascii: "t"))
        case float8, float4:
            if let double = Double(String(decoding: text, as: UTF8.self)) { return .double(double) }
        case bytea:
            if let bytes = hex(text) { return .bytes(bytes) }
        default: break
        }
        return .text(String(decoding: text, as: UTF8.self))
    }

    private static func hex(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
            return nil
        }
        return Array(unsafeUninitializedCapacity: text.count / 2 - 1) { bytes, count in
            for index in 0..<(text.count / 2 - 1) {
                bytes[index] = nibble(text[index * 2 + 2]) << 4 | nibble(text[index * 2 + 3])
            }
            count = text.count / 2 - 1
        }
    }

    private static func nibble(_ digit: UInt8) -> UInt8 { digit < 58 ? digit &- 48 : digit &- 87 }
}
