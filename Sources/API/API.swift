package import HTTP
import JSON
import Log
package import Posix
import SQL

/// The two interfaces that clients written for Airbyte speak: the Config API and the public API.
package enum API {
    /// Finds and runs the routes; whatever a handler throws becomes an answer in the shape of its interface.
    ///
    /// - Parameter handler: stands in for the routes' own handlers; a test of who is let through gives one.
    package static func router(
        _ services: APIServices, handler: Route.Handler? = nil
    ) throws(HTTPError) -> Router {
        let failure: RequestPipeline.Failure = { response(to: $0, $1, services) }
        let pipeline = RequestPipeline(services, try contracts(services), failure: failure)
        var guarded: [Route] = []
        for route in APIRoutes.all(services) {
            let stand = handler.map { Route(route.method, route.path, route.operation, $0) }
            guarded.append(try pipeline.guarding(stand ?? route))
        }
        return try Router(guarded, aliases: ["/v1": Interface.publicPrefix]) { failure($0, $1) }
    }

    /// What a client is answered in place of what failed.
    private static func response(
        to error: any Error, _ request: HTTPRequest, _ services: APIServices
    ) -> HTTPResponse {
        let problem = Problem(error)
        report(problem, error, request, services)
        let interface = Interface(path: request.path)
        var response = HTTPResponse.json(problem.status, interface.body(of: problem, id: request.id).bytes)
        if case .methodNotAllowed(let methods)? = (error as? HTTPError)?.code {
            response.headers["Allow"] = methods.map(\.rawValue).joined(separator: ", ")
        }
        if problem.code == .unauthorized { response.headers["WWW-Authenticate"] = "Bearer realm=\"Swiftlet\"" }
        response.headers["Retry-After"] = problem.retryAfter.map(String.init)
        return response
    }

    /// Paths that take HTML forms.
    package static let formPaths = Set(TokenRoutes.paths)

    /// What the operations promise.
    package static func contracts(_ services: APIServices) throws(HTTPError) -> ContractTable {
        try ContractTable(ContractTable.contracts, for: APIRoutes.all(services))
    }

    /// The body of an error that the server itself answers with.
    package static func failureBody(_ error: HTTPError, _ path: String, _ request: UUID) -> [UInt8] {
        Interface(path: path).body(of: Problem(error), id: request).bytes
    }

    /// What the client is told of an inner error is only its id; the log holds the rest under the same id.
    private static func report(
        _ problem: Problem, _ error: any Error, _ request: HTTPRequest, _ services: APIServices
    ) {
        let details: JSONObject = [
            "errorId": .string(request.id.description), "method": .string(request.method.rawValue),
            "path": .string(request.path), "status": .integer(problem.status),
        ]
        // A broken constraint is a rule that should have been checked before, so it is worth a look.
        let isBroken = (error as? DatabaseError)?.code == .constraintViolation
        guard problem.status >= 500 || isBroken else {
            services.log.debug("A request was refused: \(problem.message)", details)
            return
        }
        // An encoding error would print the value that it could not write.
        let reason = error is EncodingError ? "an answer could not be written as JSON" : "\(error)"
        services.log.error("A request failed: \(reason)", details)
    }
}
