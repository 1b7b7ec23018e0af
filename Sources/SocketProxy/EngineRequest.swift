/// The head of a request to a container engine's API.
struct EngineRequest: Sendable {
    static let longestHead = 64 << 10
    static let longestBody = 1 << 20

    let method: String
    /// Without the version and the query.
    let path: String
    /// The number behind `v1.`; nil where the request leaves it to the engine.
    let version: Int?
    let query: String
    private let target: String
    private var headers: [(name: String, value: String)] = []

    /// Nil for anything but a plain head: one with a line that is continued, or with characters that others may read
    /// in another way.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 13 || $0 == 10 }) else { return nil }
        // Swift takes a line break of two characters for one.
        let text = String(decoding: bytes, as: UTF8.self)
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: true)
        guard !lines.isEmpty, !lines.contains(where: { $0.utf8.contains(13) || $0.utf8.contains(10) }) else {
            return nil
        }
        let words = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, words[2] == "HTTP/1.1", words[1].hasPrefix("/") else { return nil }
        method = words[0]
        target = words[1]
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), line.first != " ", line[..<colon].last != " " else {
                return nil
            }
            headers.append((line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " })))
        }
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        query = String(target[mark...])
        let whole = target[..<mark]
        let parts = whole.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[0].hasPrefix("v1."), let number = Int(parts[0].dropFirst(3)) {
            version = number
            path = "/" + parts[1]
        } else {
            version = nil
            path = String(whole)
        }
    }

    /// The one value of a header; nil where there is none, or more than one.
    func header(_ name: String) -> String? {
        let found = headers.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }

    func hasHeader(_ name: String) -> Bool { headers.contains { $0.name == name } }

    /// The head as the engine gets it: after its answer it closes, so nothing behind this request is ever read as
    /// another one, which nobody has judged.
    func head(bodyLength: Int? = nil) -> [UInt8] {
        var lines = ["\(method) \(target) HTTP/1.1"]
        for (name, value) in headers where name != "connection" && !(bodyLength != nil && name == "content-length") {
            lines.append("\(name): \(value)")
        }
        if let bodyLength { lines.append("content-length: \(bodyLength)") }
        lines.append(hasHeader("upgrade") ? "connection: upgrade, close" : "connection: close")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
