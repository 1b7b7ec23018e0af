/// The head of a request to a container engine's API.
package struct EngineRequest: Sendable {
    static let longestHead = 64 << 10
    static let longestBody = 1 << 20

    let method: String
    /// What stands between the slashes of the path, without the version.
    private(set) var path: [String]
    /// The number behind `v1.`; nil where the request leaves it to the engine.
    let version: Int?
    /// From its question mark on.
    let query: String
    private var headers: [(name: String, value: String)] = []

    /// Nil for anything but a plain head: one with a line that is continued, or with characters that others may read
    /// in another way.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 13 || $0 == 10 }) else { return nil }
        // Swift takes a line break of two characters for one.
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true)
        guard !lines.isEmpty, !lines.contains(where: { $0.utf8.contains(13) || $0.utf8.contains(10) }) else {
            return nil
        }
        let words = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, words[2] == "HTTP/1.1", words[1].hasPrefix("/") else { return nil }
        method = words[0]
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), line.first != " ", line[..<colon].last != " " else {
                return nil
            }
            headers.append((line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " })))
        }
        let mark = words[1].firstIndex(of: "?") ?? words[1].endIndex
        query = String(words[1][mark...])
        path = words[1][..<mark].dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        version = path.first.flatMap { $0.hasPrefix("v1.") ? Int($0.dropFirst(3)) : nil }
        if version != nil { path.removeFirst() }
    }

    /// The container that it is about, where it is about one that exists.
    package var container: String? {
        path.count >= 2 && path[0] == "containers" && !(path.count == 2 && path[1] == "create") ? path[1] : nil
    }

    /// The same about the container of that number, whatever its name will be by then.
    package func about(container id: String) -> EngineRequest {
        var request = self
        if container != nil { request.path[1] = id }
        return request
    }

    package var makesContainer: Bool { method == "POST" && path == ["containers", "create"] }

    /// The names of its parameters.
    var parameters: [String] {
        query.dropFirst().split(separator: "&").map { String($0.prefix { $0 != "=" }) }
    }

    /// The one value of a header; nil where there is none, or more than one.
    package func header(_ name: String) -> String? {
        let found = headers.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }

    func hasHeader(_ name: String) -> Bool { headers.contains { $0.name == name } }

    /// The head as the engine gets it: after its answer it closes, so nothing behind this request is ever read as
    /// another one, which nobody has judged.
    package func head(bodyLength: Int? = nil) -> [UInt8] {
        let version = version.map { "/v1.\($0)" } ?? ""
        var lines = ["\(method) \(version)/\(path.joined(separator: "/"))\(query) HTTP/1.1"]
        for (name, value) in headers where name != "connection" && !(bodyLength != nil && name == "content-length") {
            lines.append("\(name): \(value)")
        }
        if let bodyLength { lines.append("content-length: \(bodyLength)") }
        lines.append(hasHeader("upgrade") ? "connection: upgrade, close" : "connection: close")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
