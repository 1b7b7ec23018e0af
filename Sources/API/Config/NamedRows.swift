/// Which rows of a list to show: those whose name holds a text, from one on, as many as a page has.
struct NamedRows: Sendable {
    private let size: Int?
    private let offset: Int
    private let text: String?

    /// Without `pagination`, everything.
    init(_ body: Body) throws {
        let pagination: Body? = try body.optional("pagination")
        size = try pagination?.optional("pageSize")
        offset = try pagination?.optional("rowOffset") ?? 0
        text = try body.text("nameContains", atMost: 500)?.lowercased()
        guard size.map({ $0 >= 1 }) ?? true, offset >= 0 else {
            throw Problem.badRequest("pageSize must be 1 or more, and rowOffset 0 or more.")
        }
    }

    func cut<Row>(_ rows: [Row], name: (Row) -> String) -> [Row] {
        let found = text.map { text in text.isEmpty ? rows : rows.filter { name($0).lowercased().contains(text) } }
        let rest = (found ?? rows).dropFirst(offset)
        return Array(size.map { rest.prefix($0) } ?? rest)
    }
}
