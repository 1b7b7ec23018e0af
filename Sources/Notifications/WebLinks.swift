import Model

/// Where people find things in the web interface.
package struct WebLinks: Sendable, Hashable {
    /// Without a slash at its end.
    private let base: String

    /// - Parameter base: how people reach the server, such as `https://swiftlet.example.org`.
    package init(base: String) {
        var base = base[...]
        while base.hasSuffix("/") { base.removeLast() }
        self.base = String(base)
    }

    func workspace(_ detail: EventDetail) -> String { "\(base)/workspaces/\(detail.workspace.id)" }
    func connection(_ detail: EventDetail) -> String { "\(workspace(detail))/connections/\(detail.connection.id)" }
    func source(_ detail: EventDetail) -> String { "\(workspace(detail))/source/\(detail.source.id)" }
    func destination(_ detail: EventDetail) -> String { "\(workspace(detail))/destination/\(detail.destination.id)" }
}
