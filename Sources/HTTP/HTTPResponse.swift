/// The answer to one request.
///
/// Length, date, connection and request id are written by the server; what a handler sets of these is dropped. A status
/// or a header that cannot be sent safely (a line break in a value) is answered with 500 in its place.
package struct HTTPResponse: Sendable, Hashable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// Sent in place of `body`.
    package var fileBody: FileBody?
    /// Closes the connection once the answer is sent.
    package var closesConnection = false

    package init(_ status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(_ status: Int = 200, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(status, headers: ["Content-Type": "application/json"], body: bytes)
    }

    package static func text(_ status: Int = 200, _ text: String) -> HTTPResponse {
        HTTPResponse(status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }

    package static let noContent = HTTPResponse(204)

    /// An error as JSON, with `Allow` where the method was the mistake, and `Retry-After` where it passes.
    package static func failure(_ error: HTTPError, _ body: [UInt8]) -> HTTPResponse {
        var response = json(error.status, body)
        if case .methodNotAllowed(let methods) = error.code {
            response.headers["Allow"] = methods.map(\.rawValue).joined(separator: ", ")
        }
        if error.code == .unavailable { response.headers["Retry-After"] = "1" }
        return response
    }

    var canBeSent: Bool { (200...599).contains(status) && headers.areSafe }

    /// Whether the status forbids a body (RFC 9110, sections 15.3.5 and 15.4.5).
    var hasNoBody: Bool { status == 204 || status == 304 }
}
