import HTTP

/// `/api/public/v1/health`.
struct PublicHealthRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.get, Interface.publicPrefix + "/health", "public.getHealthCheck") { _ in
                guard await services.isHealthy else { return .text(503, "The database cannot be reached.") }
                return .text(200, "Successful operation")
            }
        ]
    }
}
