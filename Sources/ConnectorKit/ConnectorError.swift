package import Airbyte
import JSON
import Posix
package import SQL

/// Why a connector cannot go on. Both texts are shown to users, so they hold no secrets and no record data.
package struct ConnectorError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Somebody must change the configuration, the catalog or a right; trying again is useless.
        case config = "config_error"
        /// Trying again later may help.
        case transient = "transient_error"
        /// Anything else.
        case system = "system_error"
    }

    package let code: Code
    /// What is wrong and what to do.
    package let message: String
    package let detail: String?
    package let stream: StreamDescriptor?

    package init(_ code: Code, _ message: String, detail: String? = nil, stream: StreamDescriptor? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
        self.stream = stream
    }

    package var description: String { message }

    /// Any error as one that can be reported.
    package init(_ error: any Error) {
        switch error {
        case let error as ConnectorError: self = error
        case let error as DatabaseError: self.init(database: error)
        case let error as PosixError: self.init(posix: error)
        case let error as DecodingError: self.init(.config, "A file handed to the connector has \(error.fault).")
        default: self.init(.system, "The connector failed unexpectedly.", detail: "\(type(of: error)): \(error)")
        }
    }

    private init(posix error: PosixError) {
        let code: Code =
            switch error.code {
            case .notFound, .exists, .denied: .config
            case .busy, .full: .transient
            case .brokenPipe, .cutShort, .other: .system
            }
        self.init(code, error.message)
    }

    package init(database error: DatabaseError, stream: StreamDescriptor? = nil) {
        let code: Code =
            switch error.code {
            case .unavailable, .conflict, .cancelled, .full: .transient
            case .refused: .config
            case .uniqueViolation, .constraintViolation, .decoding, .other: .system
            }
        self.init(code, error.message, detail: error.native.map { "database code \($0)" }, stream: stream)
    }
}

extension DecodingError {
    /// The member at fault, without the value found there.
    fileprivate var fault: String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "its top level" : path.map(\.stringValue).joined(separator: ".")
        }
        return switch self {
        case .keyNotFound(let key, let context): "no \(place(context.codingPath + [key]))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "the wrong kind of \(place(context.codingPath))"
        case .dataCorrupted(let context): "a value that is not allowed in \(place(context.codingPath))"
        @unknown default: "an unknown fault"
        }
    }
}
