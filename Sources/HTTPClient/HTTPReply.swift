/// What came back.
package struct HTTPReply: Sendable, Hashable {
    package let status: Int
    /// At most as much as the client's settings allow.
    package let body: [UInt8]
    /// Whether the rest of the body was not read.
    package let isCut: Bool
    /// The pause that `Retry-After` asks for.
    package let retryAfter: Duration?
}
