package import Airbyte
package import JSON

/// What a connector answered to a command, or why it did not.
package struct CommandOutcome: Sendable, Codable {
    /// The value of `spec`.
    package var spec: JSON?
    /// A check's answer; present also where the connector exited without one, then with `failure`.
    package var status: ConnectionStatus?
    package var catalog: AirbyteCatalog?
    package var destinationCatalog: DestinationCatalog?
    /// Why there is no answer; nil where there is one, a check that says FAILED included.
    package var failure: FailureReason?
    /// The last configuration that the connector asked to be stored in place of its own; secrets are in it.
    package var control: JSON?
    /// The last lines of the log.
    package var logs: [LogEntry]

    /// Whether the connector has said what it was asked for.
    var isAnswered: Bool { spec != nil || status != nil || catalog != nil || destinationCatalog != nil }

    package init(
        spec: JSON? = nil, status: ConnectionStatus? = nil, catalog: AirbyteCatalog? = nil,
        destinationCatalog: DestinationCatalog? = nil, failure: FailureReason? = nil, control: JSON? = nil,
        logs: [LogEntry] = []
    ) {
        self.spec = spec
        self.status = status
        self.catalog = catalog
        self.destinationCatalog = destinationCatalog
        self.failure = failure
        self.control = control
        self.logs = logs
    }
}
