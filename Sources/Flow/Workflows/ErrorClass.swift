import SQL

/// What kind of trouble an error is, and so whether trying again can help.
package enum ErrorClass: Sendable, Hashable {
    /// Nothing changes by itself: a wrong password, a missing table. Not tried again.
    case config
    /// It may pass; what an error without a class is taken for.
    case transient
    /// The other side asked for fewer calls, and perhaps named a time, as with `Retry-After`. Not a failure, so it uses
    /// up no try; a run's limit on its time bounds it.
    case rateLimit(retryAfter: Duration?)
    /// The platform's own trouble, which uses up no try either.
    case system(retryAfter: Duration)
}

/// An error that knows its class.
package protocol ClassifiedError: Error {
    var errorClass: ErrorClass { get }
}

extension DatabaseError: ClassifiedError {
    /// Of our own store: whatever passes by itself uses up no try.
    package var errorClass: ErrorClass {
        switch code {
        case .unavailable, .conflict, .full: .system(retryAfter: .seconds(1))
        default: .transient
        }
    }
}
