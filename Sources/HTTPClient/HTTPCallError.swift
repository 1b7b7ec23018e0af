/// Why a call brought no answer. The sentence names scheme, host and port at most: the rest of an address may be a
/// secret.
package struct HTTPCallError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The address or a header makes no sense, or the address is one that is never called.
        case refused
        /// No connection came about.
        case unreachable
        /// The certificate does not stand for the host, or no TLS came about.
        case untrusted
        case timedOut
        /// The connection ended before the answer was there.
        case broken
        case library
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
