/// How a connector's program is called; `spec`, `read` and so on are put after the arguments.
package struct ConnectorCommand: Hashable, Sendable {
    package var executable: String
    package var arguments: [String]
    /// What it needs beyond the environment that every connector gets.
    package var environment: [String: String]

    package init(executable: String, arguments: [String] = [], environment: [String: String] = [:]) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }
}
