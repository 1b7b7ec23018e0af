/// One operation of an interface: what is asked, how it is called, who answers.
package struct Route: Sendable {
    package typealias Handler = @Sendable (HTTPRequest) async throws -> HTTPResponse

    package let method: HTTPMethod
    /// Literal segments and `{name}` segments, such as `/api/public/v1/jobs/{jobId}`.
    package let path: String
    /// The operation id of the interface's description; unique within a router.
    package let operation: String
    package let handler: Handler

    package init(_ method: HTTPMethod, _ path: String, _ operation: String, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.operation = operation
        self.handler = handler
    }
}
