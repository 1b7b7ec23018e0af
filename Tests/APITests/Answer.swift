import Glibc
import HTTP
import JSON
import Posix
import Testing

/// What a route answered.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: String
    let json: JSON

    init(_ response: HTTPResponse) {
        status = response.status
        headers = response.headers
        let bytes = response.fileBody.flatMap { Self.content(of: $0) } ?? response.body
        body = String(decoding: bytes, as: UTF8.self)
        json = (try? JSON.parse(bytes)) ?? .null
    }

    private static func content(of file: FileBody) -> [UInt8]? {
        guard lseek(file.file.raw, 0, SEEK_SET) == 0 else { return nil }
        return try? file.file.readAll(limit: file.size)
    }

    subscript(_ key: String) -> JSON? { json[key] }

    /// A member that the test cannot go on without.
    func text(_ key: String) throws -> String { try #require(json[key]?.stringValue, "\(key) in \(status) \(body)") }

    /// Whether a null stands anywhere in it.
    var holdsNull: Bool { Self.holdsNull(json) }

    private static func holdsNull(_ json: JSON) -> Bool {
        switch json {
        case .null: true
        case .array(let elements): elements.contains(where: holdsNull)
        case .object(let members): members.contains { holdsNull($0.value) }
        default: false
        }
    }
}
