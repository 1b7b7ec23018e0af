/// Keeps web pages from driving a server that trusts everyone on its machine.
///
/// A page may reach a loopback address through a name it controls (DNS rebinding: the Host header tells) or by a plain
/// cross-site request (the Origin header tells; a body that is not JSON needs no permission of the browser, so it is
/// refused).
package struct LoopbackDefence: Sendable {
    /// Paths that take HTML forms, spelled like `HTTPTarget.path`.
    package let formPaths: Set<String>

    package init(formPaths: Set<String> = []) { self.formPaths = formPaths }

    /// Why the request is refused, or nil. Looks at the head only, so it can run before the body is read.
    package func refusal(of request: HTTPRequest) -> HTTPError? {
        let hosts = request.headers.all("Host")
        guard hosts.count == 1, let host = hosts.first, Self.isLocal(authority: host) else {
            return HTTPError(
                .forbidden,
                "This server answers only to localhost, 127.0.0.1 and [::1]; the Host header names something else.")
        }
        guard request.headers.all("Origin").allSatisfy(Self.isLocal(origin:)) else {
            return HTTPError(.forbidden, "Requests from other web sites are refused.")
        }
        guard !request.headers.all("Sec-Fetch-Site").contains(where: { $0.lowercased() == "cross-site" }) else {
            return HTTPError(.forbidden, "Requests from other web sites are refused.")
        }
        if request.announcesBody || !request.body.isEmpty {
            let isForm = request.mediaType == "application/x-www-form-urlencoded" && formPaths.contains(request.path)
            guard request.mediaType == "application/json" || isForm,
                request.headers.all("Content-Type").count == 1
            else {
                return HTTPError(.unsupportedMediaType, "The body must be sent as Content-Type: application/json.")
            }
        }
        return nil
    }

    /// Whether an `Origin` is a page served from this machine; "null" is not.
    static func isLocal(origin: String) -> Bool {
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            return isLocal(authority: String(origin.dropFirst(scheme.count)))
        }
        return false
    }

    /// Whether `host` or `host:port` is a name of this machine that no DNS answer can change.
    static func isLocal(authority: String) -> Bool {
        let text = authority.lowercased()
        for name in ["localhost", "127.0.0.1", "[::1]"] where text.hasPrefix(name) {
            let rest = text.utf8.dropFirst(name.utf8.count)
            if rest.isEmpty { return true }
            let digits = rest.dropFirst()
            return rest.first == UInt8(ascii: ":") && (1...5).contains(digits.count)
                && digits.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        }
        return false
    }
}
