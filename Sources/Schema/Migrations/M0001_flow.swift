/// The tables of the workflow engine.
extension Migration {
    static let flow = Migration(1, "flow") { dialect in
        """
        """
    }
}
