import HTTP
import JSON

/// `/api/v1/openapi`: what the server answers, in a form that machines read.
struct DescriptionRoutes: Sendable {
    let services: APIServices

    var routes: [Route] { [Route(.get, "/api/v1/openapi", "getOpenApiSpec") { _ in .answer(try description()) }] }

    private func description() throws -> JSON {
        Description(
            routes: APIRoutes.all(services), contracts: try API.contracts(services), version: services.version
        ).json
    }
}
