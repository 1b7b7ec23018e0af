/// Why a request was refused, or why the server could not start.
///
/// `message` is shown to the client. Handlers and routes may throw it; the server turns it into a response.
package struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        case badRequest
        case forbidden
        case notFound
        /// The path is known, with these methods.
        case methodNotAllowed([HTTPMethod])
        case timeout
        case bodyTooLarge
        case unsupportedMediaType
        case headersTooLarge
        case notImplemented
        /// Too busy, stopping, or out of its time.
        case unavailable
        case internalError
        /// The server could not be started.
        case cannotListen
        /// The routes contradict one another.
        case routes
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// The HTTP status that stands for the code.
    package var status: Int {
        switch code {
        case .badRequest: 400
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .timeout: 408
        case .bodyTooLarge: 413
        case .unsupportedMediaType: 415
        case .headersTooLarge: 431
        case .notImplemented: 501
        case .unavailable: 503
        case .internalError, .cannotListen, .routes: 500
        }
    }
}
