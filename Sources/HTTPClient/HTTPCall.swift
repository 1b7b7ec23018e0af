/// What to send, and where.
package struct HTTPCall: Sendable {
    package var address: WebAddress
    package var headers: [(name: String, value: String)]
    /// Sent with POST; nil: a plain GET.
    package var body: [UInt8]?

    package init(_ address: WebAddress, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil) {
        self.address = address
        self.headers = headers
        self.body = body
    }
}
