import CZ

/// The gzip coding of answers (RFC 1952).
enum Gzip {
    /// Shorter bodies fit into a packet or two as they are.
    static let shortest = 1024
    /// Marks the entity tag of a coded answer, which must differ from that of the plain one (RFC 9110, section 8.8.3.3).
    private static let mark = "-gzip\""

    /// Nil where it would not be shorter.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // 16 more than the window asks for gzip in place of zlib.
        let opened = deflateInit2_(
            &stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard opened == Z_OK, bytes.count <= Int(UInt32.max) else { return nil }
        defer { deflateEnd(&stream) }
        let room = bytes.count - 1
        let coded = bytes.withUnsafeBytes { source in
            [UInt8](unsafeUninitializedCapacity: room) { out, count in
                stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = out.baseAddress
                stream.avail_out = UInt32(room)
                count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? room - Int(stream.avail_out) : 0
            }
        }
        return coded.isEmpty ? nil : coded
    }

    /// Whether an `Accept-Encoding` takes gzip: named, or by "*", and not with a weight of 0.
    static func isAccepted(by fields: [String]) -> Bool {
        var byName: Bool?
        var byStar: Bool?
        for field in fields {
            for item in field.split(separator: ",") {
                let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
                let isRefused = parts.dropFirst().contains { part in
                    part.hasPrefix("q=") && part.dropFirst(2).allSatisfy { $0 == "0" || $0 == "." }
                }
                switch parts.first {
                case "gzip", "x-gzip": byName = !isRefused
                case "*": byStar = !isRefused
                default: break
                }
            }
        }
        return byName ?? byStar ?? false
    }

    /// The tag of the coded answer.
    static func marked(tag: String) -> String { tag.hasSuffix("\"") ? tag.dropLast() + mark : tag }

    /// A header of a request, as a handler knows its tags.
    static func plainTags(_ name: String, _ value: String) -> String {
        guard HTTPHeaders.equal(name, "If-None-Match") || HTTPHeaders.equal(name, "If-Match") else { return value }
        return value.split(separator: ",", omittingEmptySubsequences: false).map { tag in
            let end = tag.lastIndex { $0 != " " && $0 != "\t" }.map { tag.index(after: $0) } ?? tag.startIndex
            return tag[..<end].hasSuffix(mark) ? tag[..<end].dropLast(mark.count) + "\"" : String(tag)
        }.joined(separator: ",")
    }
}
