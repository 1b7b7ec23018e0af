/// For which job a connector is started: what it is told in `WORKER_…` variables.
package struct ConnectorJob: Hashable, Sendable {
    package let image: ConnectorImage
    package let id: String
    package let attempt: Int
    /// Of a container. Processes share what their worker may take.
    package let limits: ContainerLimits

    package init(image: ConnectorImage, id: String, attempt: Int, limits: ContainerLimits = ContainerLimits()) {
        self.image = image
        self.id = id
        self.attempt = attempt
        self.limits = limits
    }
}
