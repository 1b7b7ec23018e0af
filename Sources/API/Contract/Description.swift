import HTTP
package import JSON

/// The API's description as OpenAPI 3.1, written from the routes and their contracts.
package struct Description: Sendable {
    let routes: [Route]
    let contracts: ContractTable
    let version: String

    package var json: JSON {
        var components = JSONObject()
        var paths = JSONObject()
        for route in routes {
            guard let contract = contracts[route.operation] else { continue }
            var path = paths[route.path]?.objectValue ?? JSONObject()
            path[route.method.rawValue.lowercased()] = operation(route, contract, &components)
            paths[route.path] = .object(path)
        }
        let responses = refusals(&components)
        return [
            "openapi": "3.1.0",
            "info": ["title": "Swiftlet", "version": .string(version)],
            "servers": [["url": "/"]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(components), "responses": responses,
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer"], "basic": ["type": "http", "scheme": "basic"],
                ],
            ],
            "security": [["bearer": []], ["basic": []], [:]],
        ]
    }

    private func operation(_ route: Route, _ contract: Contract, _ components: inout JSONObject) -> JSON {
        var operation: JSONObject = [
            "operationId": .string(contract.operation), "summary": .string(contract.summary),
            "responses": responses(route, contract, &components),
        ]
        let parameters = pathParameters(route) + queryParameters(contract, &components)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let takes = contract.takes {
            operation["requestBody"] = ["content": ["application/json": ["schema": takes.schema(&components)]]]
        }
        return .object(operation)
    }

    private func pathParameters(_ route: Route) -> [JSON] {
        route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            let name = String(segment.dropFirst().dropLast())
            return ["name": .string(name), "in": "path", "required": true, "schema": Self.pathParameter(name)]
        }
    }

    private static func pathParameter(_ name: String) -> JSON {
        switch name {
        case "id", "jobId", "runId", "number", "version": ["type": "integer", "format": "int64"]
        case _ where name.hasSuffix("Id"): ["type": "string", "format": "uuid"]
        default: ["type": "string"]
        }
    }

    private func queryParameters(_ contract: Contract, _ components: inout JSONObject) -> [JSON] {
        guard case .object(_, let members)? = contract.query else { return [] }
        return members.all.map { member in
            [
                "name": .string(member.name), "in": "query", "required": .bool(member.isRequired),
                "schema": member.shape.schema(&components),
            ]
        }
    }

    private func responses(_ route: Route, _ contract: Contract, _ components: inout JSONObject) -> JSON {
        let interface = Interface(path: route.path)
        guard contract.isImplemented else { return ["501": Self.failure("501", of: interface)] }
        var responses = JSONObject()
        if let schema = contract.gives?.schema(&components) {
            responses["200"] = [
                "description": "Done.",
                "content": .object(JSONObject(contract.mediaTypes.map { ($0, ["schema": schema]) })),
            ]
        } else {
            responses["204"] = ["description": "Done; there is nothing to tell."]
        }
        // Every operation may be refused by any of these; the body says why.
        for (status, _) in Self.failures { responses[status] = Self.failure(status, of: interface) }
        return .object(responses)
    }

    private static func failure(_ status: String, of interface: Interface) -> JSON {
        ["$ref": .string("#/components/responses/\(interface.name)\(status)")]
    }

    /// The ways to be refused, once for each interface.
    private func refusals(_ components: inout JSONObject) -> JSON {
        var responses = JSONObject()
        for interface in [Interface.config, .public] {
            for (status, description) in Self.failures {
                let shape = (status == "501" ? Interface.public : interface).errorShape
                responses[interface.name + status] = [
                    "description": .string(description),
                    "content": ["application/json": ["schema": shape.schema(&components)]],
                ]
            }
        }
        return .object(responses)
    }

    private static let failures = [
        ("400", "Something is missing or contradicts itself."), ("401", "Not signed in."),
        ("403", "Not allowed."), ("404", "There is no such thing."), ("405", "The path does not answer this method."),
        ("408", "The request took too long to arrive."), ("409", "It clashes with what is there."),
        ("412", "It has changed since it was read."), ("413", "The body is too large."),
        ("415", "The body is of another media type."), ("422", "Something has the wrong kind or does not fit."),
        ("423", "A running sync would write it over."), ("429", "Too many failed sign-ins."),
        ("431", "The headers are too large."), ("500", "The server failed."),
        ("501", "Swiftlet does not do this."), ("503", "Too busy, or the database is away; try again."),
    ]
}

extension Interface {
    /// What its parts of the description begin with.
    fileprivate var name: String { self == .config ? "Config" : "Public" }

    /// What every error of the interface looks like.
    var errorShape: Shape {
        switch self {
        case .config:
            .object("KnownExceptionInfo", ["errorId": .uuid, "message": .string])
        case .public:
            .object(
                "Problem",
                [
                    "status": .integer, "type": .string, "title": .string, "detail": .string,
                    "data": .object(
                        "", ["message": .string, "errorId": .uuid, "resourceType?": .string, "resourceId?": .string]),
                ])
        }
    }
}
