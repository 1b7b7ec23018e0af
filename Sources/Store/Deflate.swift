import CZ
import SQL

/// The zlib format (RFC 1950), for texts kept in the store.
enum Deflate {
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(UInt(bytes.count))
        var out = [UInt8](repeating: 0, count: Int(size))
        let status = compress2(&out, &size, bytes, UInt(bytes.count), Z_BEST_SPEED)
        precondition(status == Z_OK, "zlib was given enough room and failed")
        return Array(out.prefix(Int(size)))
    }

    /// Throws where the bytes are damaged or do not expand to `size`.
    static func expand(_ bytes: [UInt8], size: Int) throws -> [UInt8] {
        var length = UInt(size)
        var out = [UInt8](repeating: 0, count: size)
        let status = uncompress(&out, &length, bytes, UInt(bytes.count))
        guard status == Z_OK, Int(length) == size else {
            throw DatabaseError(.decoding, "A piece of an attempt's log is damaged.")
        }
        return out
    }
}
