import CZ

struct DamagedGzip: Error {}

/// What gzip has made of bytes, by zlib itself.
func expanded(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw DamagedGzip()
    }
    defer { inflateEnd(&stream) }
    var bytes = bytes
    var out = [UInt8](repeating: 0, count: limit)
    let (status, count) = bytes.withUnsafeMutableBufferPointer { source in
        out.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            return (inflate(&stream, Z_FINISH), target.count - Int(stream.avail_out))
        }
    }
    guard status == Z_STREAM_END else { throw DamagedGzip() }
    return Array(out.prefix(count))
}
