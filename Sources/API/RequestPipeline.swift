import Access
import HTTP

/// What happens to every request before its handler: who asks is found out, and whether they may is checked.
struct RequestPipeline: Sendable {
    let callers: any CallerFinding
    let access: AccessControl
    let contracts: ContractTable

    init(_ services: APIServices, _ contracts: ContractTable) {
        callers = services.callers
        access = AccessControl(database: services.database)
        self.contracts = contracts
    }

    /// The route with everything around its handler.
    func guarding(_ route: Route) throws(HTTPError) -> Route {
        guard let contract = contracts[route.operation] else {
            throw HTTPError(.routes, "The operation \(route.operation) has no contract.")
        }
        return Route(route.method, route.path, route.operation) { request in
            try await route.handler(try await admitted(request, contract))
        }
    }

    private func admitted(_ request: HTTPRequest, _ contract: Contract) async throws -> HTTPRequest {
        if case .open = contract.access { return request }
        guard let caller = try await callers.caller(of: request) else {
            throw Problem(.unauthorized, "Sign in first: send an Authorization header.")
        }
        try await access.check(caller, request, contract.access)
        var admitted = request
        admitted.principal = caller
        return admitted
    }
}
