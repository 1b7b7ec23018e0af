internal import CCurl

/// A checked `http` or `https` address. Only `text` tells its path and query, which may be secrets; what it prints as
/// does not.
package struct WebAddress: Sendable, Hashable, CustomStringConvertible {
    package static let longest = 4096

    /// The whole address, as it was given.
    package let text: String
    package let scheme: String
    /// In lower case, an IPv6 address in brackets.
    package let host: String
    private let port: String?

    /// Throws `.refused` for anything but an absolute `http` or `https` address without a name and password in it.
    package init(_ text: String) throws(HTTPCallError) {
        guard !text.isEmpty, text.utf8.count <= Self.longest,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            throw HTTPCallError(
                .refused, "An address must hold 1 to \(Self.longest) bytes, no blanks and no control characters.")
        }
        guard let url = curl_url() else { throw HTTPCallError(.library, "libcurl could not read an address.") }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: url), scheme == "http" || scheme == "https",
            let host = Self.part(CURLUPART_HOST, of: url), !host.isEmpty
        else { throw HTTPCallError(.refused, "An address must look like https://host/path or http://host:port/path.") }
        guard Self.part(CURLUPART_USER, of: url) == nil, Self.part(CURLUPART_PASSWORD, of: url) == nil else {
            throw HTTPCallError(.refused, "An address must not hold a user name or a password.")
        }
        self.text = text
        self.scheme = scheme
        self.host = host.lowercased()
        port = Self.part(CURLUPART_PORT, of: url)
    }

    /// Scheme, host and port.
    package var description: String { "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")" }

    private static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
