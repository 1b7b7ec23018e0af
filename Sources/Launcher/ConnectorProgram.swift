/// What a definition's image name comes to.
package enum ConnectorProgram: Sendable {
    case command(ConnectorCommand)
    case container(ContainerProgram)

    /// Adds a variable to the connector's environment.
    package mutating func set(_ name: String, to value: String) {
        switch self {
        case .command(var command):
            command.environment[name] = value
            self = .command(command)
        case .container(var container):
            container.environment[name] = value
            self = .container(container)
        }
    }
}
