import HTTP
import JSON

extension Route {
    /// An operation of the Config API: a POST that takes an object and answers one.
    static func config(
        _ path: String, _ operation: String, _ answer: @escaping @Sendable (Body) async throws -> JSON
    ) -> Route {
        Route(.post, "/api/v1/" + path, operation) { request in .answer(try await answer(Body(request))) }
    }

    /// An operation of the Config API that answers nothing, with 204.
    static func config(
        _ path: String, _ operation: String, _ carryOut: @escaping @Sendable (Body) async throws -> Void
    ) -> Route {
        Route(.post, "/api/v1/" + path, operation) { request in
            try await carryOut(Body(request))
            return .noContent
        }
    }
}
