import HTTP

extension HTTPRequest {
    /// Where the client reached the server, also through a proxy, such as `http://127.0.0.1:8000`; stands in front of
    /// links to further pages.
    var origin: String {
        let scheme = headers["X-Forwarded-Proto"] == "https" ? "https" : "http"
        return "\(scheme)://\(headers["Host"] ?? "localhost")"
    }
}
