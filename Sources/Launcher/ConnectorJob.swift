/// For which job a connector is started: what it is told in `WORKER_…` variables.
package struct ConnectorJob: Hashable, Sendable {
    package let image: ConnectorImage
    package let id: String
    package let attempt: Int

    package init(image: ConnectorImage, id: String, attempt: Int) {
        self.image = image
        self.id = id
        self.attempt = attempt
    }
}
