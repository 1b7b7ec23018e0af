/// Finds the route of a request and runs it.
///
/// Paths are compared case-sensitively, after `HTTPTarget` has collapsed them. HEAD is answered by the GET route,
/// OPTIONS of a known path with its methods.
package struct Router: Sendable {
    /// Turns what a handler threw, and the router's own 404 and 405, into an answer.
    package typealias Failure = @Sendable (any Error, HTTPRequest) async -> HTTPResponse

    package let routes: [Route]
    private let tree: RouteTree
    private let aliases: [(prefix: [String], target: [String])]
    private let failure: Failure

    /// - Parameter aliases: further prefixes under which a prefix answers, such as `["/v1": "/api/public/v1"]`.
    package init(
        _ routes: [Route], aliases: [String: String] = [:], failure: @escaping Failure
    ) throws(HTTPError) {
        var tree = RouteTree()
        var operations: Set<String> = []
        for route in routes {
            try tree.insert(route)
            guard operations.insert(route.operation).inserted else {
                throw HTTPError(.routes, "The operation \(route.operation) is declared twice.")
            }
        }
        self.routes = routes
        self.tree = tree
        self.failure = failure
        self.aliases = aliases.sorted { $0.key.utf8.count > $1.key.utf8.count }.map {
            ($0.key.split(separator: "/").map(String.init), $0.value.split(separator: "/").map(String.init))
        }
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        do throws(any Error) {
            let (route, parameters) = try find(request.method, request.target.segments)
            var routed = request
            routed.parameters = parameters
            routed.operation = route.operation
            return try await route.handler(routed)
        } catch {
            if request.method == .options, case .methodNotAllowed? = (error as? HTTPError)?.code {
                return options(for: error)
            }
            return await failure(error, request)
        }
    }

    /// The route for a path; throws `.notFound`, or `.methodNotAllowed` where only the method is wrong.
    package func find(
        _ method: HTTPMethod, _ segments: [String]
    ) throws(HTTPError) -> (route: Route, parameters: [String: String]) {
        let matches = tree.matches(resolved(segments)[...])
        for match in matches {
            let entry = match.entries[method] ?? (method == .head ? match.entries[.get] : nil)
            if let entry {
                return (entry.route, Dictionary(uniqueKeysWithValues: zip(entry.names, match.values)))
            }
        }
        guard !matches.isEmpty else { throw HTTPError(.notFound, "There is nothing at this path.") }
        var allowed = Set(matches.flatMap(\.entries.keys))
        if allowed.contains(.get) { allowed.insert(.head) }
        allowed.insert(.options)
        throw HTTPError(
            .methodNotAllowed(allowed.sorted { $0.rawValue < $1.rawValue }), "This path does not answer \(method).")
    }

    private func resolved(_ segments: [String]) -> [String] {
        guard let alias = aliases.first(where: { segments.starts(with: $0.prefix) }) else { return segments }
        return alias.target + segments.dropFirst(alias.prefix.count)
    }

    private func options(for error: any Error) -> HTTPResponse {
        var response = HTTPResponse.noContent
        if case .methodNotAllowed(let methods)? = (error as? HTTPError)?.code {
            response.headers["Allow"] = methods.map(\.rawValue).joined(separator: ", ")
        }
        return response
    }
}
