import HTTP
import JSON

/// An operation of Airbyte's that Swiftlet does not carry out. It answers 501, as Airbyte itself does for what an
/// edition lacks, so that a client can tell it from a mistyped path.
struct NotImplemented: Sendable {
    let method: HTTPMethod
    let path: String
    let operation: String

    init(_ method: HTTPMethod, _ path: String, _ operation: String) {
        self.method = method
        self.path = path
        self.operation = operation
    }

    static func config(_ path: String, _ operation: String) -> NotImplemented {
        NotImplemented(.post, "/api/v1/" + path, operation)
    }

    static func `public`(_ method: HTTPMethod, _ path: String, _ operation: String) -> NotImplemented {
        NotImplemented(method, Interface.publicPrefix + "/" + path, operation)
    }

    static let all: [NotImplemented] = config + `public`

    static let routes: [Route] = all.map { entry in
        Route(entry.method, entry.path, entry.operation) { _ in
            throw Problem(
                .notImplemented,
                "Swiftlet does not have \(entry.operation); docs/api-compatibility.md lists what it has.")
        }
    }

    static let contracts: [Contract] = all.map { Contract(notImplemented: $0.operation) }
}
