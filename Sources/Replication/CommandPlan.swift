package import JSON
package import Launcher

/// One question to a connector: `spec`, `check` or `discover`.
package struct CommandPlan: Sendable, Codable {
    package enum Command: String, Sendable, Codable {
        case spec, check, discover
    }

    package var command: Command
    package var role: ConnectorRole
    package var image: String
    /// The hydrated configuration; nil for `spec`.
    package var config: JSON?
    package var timeoutSeconds: Int
    /// What the connector's container may take; nil: what the worker's settings say.
    package var limits: ContainerLimits?
    package var secrets: [String]

    package init(
        _ command: Command, role: ConnectorRole, image: String, config: JSON? = nil, timeoutSeconds: Int = 9 * 60,
        limits: ContainerLimits? = nil, secrets: [String] = []
    ) {
        self.command = command
        self.role = role
        self.image = image
        self.config = config
        self.timeoutSeconds = timeoutSeconds
        self.limits = limits
        self.secrets = secrets
    }
}
