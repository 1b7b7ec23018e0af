import Access
import HTTP

/// The cookie that keeps a browser signed in.
///
/// Scripts cannot read it, other sites cannot have it sent; and a change needs the form token beside it, which only who
/// read the answer to the sign-in knows.
enum SessionCookie {
    static let name = "swiftlet_session"
    static let formHeader = "X-CSRF-Token"

    static func value(in request: HTTPRequest) -> String? {
        for header in request.headers.all("Cookie") {
            for pair in header.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0] == name { return String(parts[1]) }
            }
        }
        return nil
    }

    static func header(_ session: SignIn.Session, for request: HTTPRequest) -> String {
        header(session.token, longest: session.longest, for: request)
    }

    /// Has the browser forget it.
    static func removal(for request: HTTPRequest) -> String { header("", longest: 0, for: request) }

    static func expectForm(_ request: HTTPRequest, _ cookie: String, _ signIn: SignIn) throws {
        guard let token = request.headers[formHeader], signIn.isCSRFToken(token, of: cookie) else {
            throw Problem(
                .forbidden, "A change that is signed in by a cookie needs the \(formHeader) header that came with it.")
        }
    }

    private static func header(_ value: String, longest: Int, for request: HTTPRequest) -> String {
        let secure = request.origin.hasPrefix("https:") ? "; Secure" : ""
        return "\(name)=\(value); Path=/; Max-Age=\(longest); HttpOnly; SameSite=Strict\(secure)"
    }
}
