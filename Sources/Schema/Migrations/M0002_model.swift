/// Workspaces, connectors, connections, jobs and everything that hangs on them.
extension Migration {
    static let model = Migration(2, "model") { dialect in
        """
        """
    }
}
