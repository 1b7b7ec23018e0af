import Model

/// Which part of a list of connectors to show.
struct ConnectorPage: Sendable {
    let size: Int?
    private let cursor: ConnectorID?
    private let search: String?

    init(_ body: Body) throws {
        size = try body.optional("pageSize")
        cursor = try body.optional("cursor")
        search = try body.optional("filters", as: Body.self)?.optional("searchTerm", as: String.self)?.lowercased()
        guard size.map({ $0 >= 1 }) ?? true else { throw Problem.badRequest("pageSize must be 1 or more.") }
    }

    func matching(_ connectors: [Connector]) -> [Connector] {
        guard let search, !search.isEmpty else { return connectors }
        return connectors.filter { $0.name.lowercased().contains(search) }
    }

    /// What follows the connector that the last page ended with.
    func cut(_ connectors: [Connector]) -> [Connector] {
        var rest = matching(connectors)[...]
        if let cursor, let last = rest.firstIndex(where: { $0.id == cursor }) { rest = rest[(last + 1)...] }
        return Array(size.map { rest.prefix($0) } ?? rest)
    }
}
