package import Access
package import HTTP

/// Finds out who sends a request.
package protocol CallerFinding: Sendable {
    /// Nil where the request carries no sign-in at all; throws where it carries one that does not hold.
    func caller(of request: HTTPRequest) async throws -> Caller?
}

/// Takes everyone for the instance's admin.
package struct NoSignIn: CallerFinding {
    package init() {}
    package func caller(of request: HTTPRequest) async throws -> Caller? { .anyone }
}
