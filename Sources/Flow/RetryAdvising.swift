import SQL

/// An error that knows whether trying again can help.
package protocol RetryAdvising: Error {
    var retryAdvice: RetryAdvice { get }
}

package enum RetryAdvice: Sendable, Hashable {
    /// Nothing changes by itself: a wrong password, a missing table.
    case never
    /// It may pass; what an error without advice is taken for.
    case transient
    /// The other side named a time, as with `Retry-After`.
    case after(Duration)
    /// The platform's own trouble, which uses up no try.
    case uncounted(after: Duration)
}

extension DatabaseError: RetryAdvising {
    /// Of our own store: whatever passes by itself uses up no try.
    package var retryAdvice: RetryAdvice {
        switch code {
        case .unavailable, .conflict, .full: .uncounted(after: .seconds(1))
        default: .transient
        }
    }
}
