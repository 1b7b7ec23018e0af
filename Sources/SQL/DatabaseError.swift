/// What went wrong between a program and its database.
///
/// `message` may be shown to an operator; it never holds bound values. `code` is what callers decide on.
package struct DatabaseError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The server cannot be reached, or the connection broke. What was under way may or may not have happened
        /// when it broke during a commit.
        case unavailable
        /// Access is refused: wrong password, missing right, unknown database.
        case refused
        /// A unique key is already taken.
        case uniqueViolation
        /// Any other constraint: foreign key, check, not null.
        case constraintViolation
        /// The transaction lost against another one; running it again may succeed.
        case conflict
        /// The statement was cancelled or ran out of its time.
        case cancelled
        /// A stored value is of another kind than the reader expected.
        case decoding
        /// The disk or a quota is full.
        case full
        /// Anything else; see `native`.
        case other
    }

    package let code: Code
    package let message: String
    /// SQLSTATE on Postgres, the extended result code on SQLite.
    package let native: String?
    /// The constraint that was violated, where the database names it.
    package let constraint: String?

    package init(_ code: Code, _ message: String, native: String? = nil, constraint: String? = nil) {
        self.code = code
        self.message = message
        self.native = native
        self.constraint = constraint
    }

    package var description: String { native.map { "\(message) [\($0)]" } ?? message }
}
