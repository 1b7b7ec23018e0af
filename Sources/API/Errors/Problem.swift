/// An error as a client sees it, before it takes one interface's shape.
///
/// `message` says what is wrong and what to do; it never holds a value of a configuration, SQL or an inner detail.
package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable, CaseIterable {
        /// A required member is missing, or members contradict one another.
        case badRequest
        /// A word that names nothing here.
        case valueNotFound
        /// Not signed in, or not with what is known here.
        case unauthorized
        case forbidden
        /// No such thing, or nothing at this path.
        case notFound
        case methodNotAllowed
        case timeout
        /// It clashes with what is there.
        case conflict
        /// It clashes with a job that will end by itself.
        case tryAgainLater
        /// It is not what the client has read any more.
        case preconditionFailed
        case tooLarge
        case unsupportedMediaType
        /// A body that cannot be read, a value of the wrong kind, or a configuration that does not fit its connector.
        case unprocessable
        /// It would be written over by a job that is under way.
        case locked
        /// Too many sign-ins failed.
        case tooManyRequests
        case headersTooLarge
        case internalError
        case notImplemented
        case unavailable
    }

    package let code: Code
    package let message: String
    /// The kind and the id of what was not found.
    package var resource: (kind: String, id: String)? { kind.flatMap { kind in id.map { (kind, $0) } } }
    /// In how many seconds it may go well; nil where waiting does not help.
    package private(set) var retryAfter: Int?
    /// The word that names nothing.
    package private(set) var value: String?
    private var kind: String?
    private var id: String?

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        if code == .unavailable { retryAfter = 2 }
    }

    package init(tooMany message: String, retryAfter seconds: Int) {
        self.init(.tooManyRequests, message)
        retryAfter = seconds
    }

    package init(notFound kind: String, id: String, _ message: String) {
        self.init(.notFound, message)
        self.kind = kind
        self.id = id
    }

    package init(valueNotFound value: String, _ message: String) {
        self.init(.valueNotFound, message)
        self.value = value
    }

    package static func badRequest(_ message: String) -> Problem { Problem(.badRequest, message) }
    package static func unprocessable(_ message: String) -> Problem { Problem(.unprocessable, message) }
    package static func missing(_ field: String) -> Problem { Problem(.badRequest, "\(field) is missing.") }

    package var status: Int { code.status }
    package var description: String { message }
}

extension Problem.Code {
    package var status: Int {
        switch self {
        case .badRequest, .valueNotFound: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .timeout: 408
        case .conflict, .tryAgainLater: 409
        case .preconditionFailed: 412
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .unprocessable: 422
        case .locked: 423
        case .tooManyRequests: 429
        case .headersTooLarge: 431
        case .internalError: 500
        case .notImplemented: 501
        case .unavailable: 503
        }
    }

    /// The public API's name of the problem; clients compare it, so it never changes.
    package var title: String {
        switch self {
        case .badRequest: "bad-request"
        case .valueNotFound: "value-not-found"
        case .unauthorized: "invalid-api-key"
        case .forbidden: "forbidden"
        case .notFound: "resource-not-found"
        case .methodNotAllowed: "method-not-allowed"
        case .timeout: "request-timeout"
        case .conflict: "state-conflict"
        case .tryAgainLater: "try-again-later"
        case .preconditionFailed: "precondition-failed"
        case .tooLarge: "content-too-large"
        case .unsupportedMediaType: "unsupported-media-type"
        case .unprocessable: "unprocessable-entity"
        case .locked: "locked"
        case .tooManyRequests: "too-many-requests"
        case .headersTooLarge: "headers-too-large"
        case .internalError: "unexpected-problem"
        case .notImplemented: "not-implemented-in-oss"
        case .unavailable: "service-unavailable"
        }
    }
}
