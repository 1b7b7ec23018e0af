/// What a request asks for: a path in decoded segments, and the query.
///
/// Empty segments are dropped, which collapses "//" and ignores a trailing slash. Refused, since they name one thing in
/// two ways or reach out of a directory: ".", "..", an encoded slash or backslash, NUL and other control characters,
/// broken escapes, invalid UTF-8, and whole URLs (whose host would contradict the Host header).
package struct HTTPTarget: Sendable, Hashable {
    package let segments: [String]
    package let query: HTTPQuery

    package init(_ raw: some Collection<UInt8>) throws(HTTPError) {
        if raw.elementsEqual("*".utf8) {
            segments = ["*"]
            query = HTTPQuery()
            return
        }
        guard raw.first == UInt8(ascii: "/"), raw.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw HTTPError(
                .badRequest, "The request target must be a path that begins with '/', in ASCII without spaces.")
        }
        let end = raw.firstIndex(of: UInt8(ascii: "?")) ?? raw.endIndex
        var segments: [String] = []
        for part in raw[..<end].split(separator: UInt8(ascii: "/")) {
            guard let segment = percentDecoded(part), segment != ".", segment != "..",
                !segment.utf8.contains(UInt8(ascii: "/")), !segment.utf8.contains(UInt8(ascii: "\\"))
            else { throw HTTPError(.badRequest, "The path of the request is not well-formed.") }
            segments.append(segment)
        }
        self.segments = segments
        query = end == raw.endIndex ? HTTPQuery() : try HTTPQuery(form: raw[raw.index(after: end)...])
    }

    /// The path in its one spelling, decoded, without a trailing slash.
    package var path: String { "/" + segments.joined(separator: "/") }
}
