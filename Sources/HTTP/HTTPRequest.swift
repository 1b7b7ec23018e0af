package import Posix

/// One request, complete and decoded.
package struct HTTPRequest: Sendable {
    /// Also sent back as `X-Request-Id`.
    package let id: UUID
    package let method: HTTPMethod
    package let target: HTTPTarget
    package let headers: HTTPHeaders
    package internal(set) var body: [UInt8]
    /// The client's address, without its port; that of the last proxy where there is one.
    package let clientAddress: String
    /// Whether the client is on this machine.
    package let isFromLoopback: Bool
    /// The values of the route's `{name}` parts; empty before routing.
    package internal(set) var parameters: [String: String] = [:]
    /// The operation id of the route; empty before routing.
    package internal(set) var operation = ""
    /// Who asks, as the application has found out; the server itself never looks at it.
    package var principal: (any Sendable)?

    /// Makes a request without a socket.
    package init(
        _ method: HTTPMethod, _ target: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        isFromLoopback: Bool = true, clientAddress: String = "127.0.0.1"
    ) throws(HTTPError) {
        self.init(
            id: UUID(), method: method, target: try HTTPTarget(Array(target.utf8)), headers: headers, body: body,
            isFromLoopback: isFromLoopback, clientAddress: clientAddress)
    }

    init(
        id: UUID, method: HTTPMethod, target: HTTPTarget, headers: HTTPHeaders, body: [UInt8], isFromLoopback: Bool,
        clientAddress: String
    ) {
        self.id = id
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.isFromLoopback = isFromLoopback
        self.clientAddress = clientAddress
    }

    package var path: String { target.path }
    package var query: HTTPQuery { target.query }

    /// The media type of the body, in lower case and without its parameters; empty if there is none.
    package var mediaType: String {
        let value = headers["Content-Type"] ?? ""
        if value == "application/json" { return value }
        return String(value.prefix { $0 != ";" && $0 != " " && $0 != "\t" }).lowercased()
    }

    /// Whether the headers announce a body; true before the first byte of it was read.
    package var announcesBody: Bool {
        headers["Transfer-Encoding"] != nil || headers.all("Content-Length").contains { $0 != "0" }
    }
}
