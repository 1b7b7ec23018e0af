/// Routes by path segment. A literal segment wins over a parameter; where it leads nowhere, the parameter is tried.
struct RouteTree: Sendable {
    struct Entry: Sendable {
        let route: Route
        let names: [String]
    }

    private var literals: [String: RouteTree] = [:]
    private var parameter: [RouteTree] = []
    private(set) var entries: [HTTPMethod: Entry] = [:]

    mutating func insert(_ route: Route) throws(HTTPError) {
        var names: [String] = []
        try insert(route, route.path.split(separator: "/").map(String.init)[...], &names)
    }

    private mutating func insert(
        _ route: Route, _ segments: ArraySlice<String>, _ names: inout [String]
    ) throws(HTTPError) {
        guard let segment = segments.first else {
            guard entries[route.method] == nil else {
                throw HTTPError(.routes, "\(route.method) \(route.path) is declared twice.")
            }
            entries[route.method] = Entry(route: route, names: names)
            return
        }
        if segment.hasPrefix("{"), segment.hasSuffix("}") {
            let name = String(segment.dropFirst().dropLast())
            guard !name.isEmpty, !names.contains(name) else {
                throw HTTPError(.routes, "\(route.path) has a parameter without a name, or one name twice.")
            }
            names.append(name)
            if parameter.isEmpty { parameter.append(RouteTree()) }
            try parameter[0].insert(route, segments.dropFirst(), &names)
        } else {
            guard !segment.contains("{"), !segment.contains("}") else {
                throw HTTPError(.routes, "\(route.path): a parameter must be a whole segment.")
            }
            var child = literals[segment] ?? RouteTree()
            try child.insert(route, segments.dropFirst(), &names)
            literals[segment] = child
        }
    }

    /// The entries of every pattern that fits the path, the most literal first.
    func matches(_ segments: ArraySlice<String>) -> [(entries: [HTTPMethod: Entry], values: [String])] {
        guard let segment = segments.first else { return entries.isEmpty ? [] : [(entries, [])] }
        var found = literals[segment]?.matches(segments.dropFirst()) ?? []
        for tree in parameter {
            for match in tree.matches(segments.dropFirst()) {
                found.append((match.entries, [segment] + match.values))
            }
        }
        return found
    }
}
