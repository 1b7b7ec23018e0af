package import Airbyte
package import JSON

/// What the attempt process tells the worker. States come in the order in which they were committed, and a state's
/// event comes before `finished`.
package enum ReplicationEvent: Sendable, Codable {
    case log([LogEntry])
    /// Records that do not go on to the destination.
    case rejected([RejectedRecord])
    /// A connector's process runs.
    case started(ConnectorRole)
    /// The destination has committed these, under the source's names: the newest of each stream since the last event,
    /// or a whole GLOBAL or LEGACY state. Lay it over what is stored with `ConnectionState.merging`.
    case state(ConnectionState, ReplicationStats)
    case progress(ReplicationStats)
    /// A connector asks for its stored configuration to be replaced; secrets are in it.
    case control(ConnectorRole, config: JSON)
    /// Always the last one.
    case finished(ReplicationSummary)
    /// In place of `finished`, for a command.
    case answered(CommandOutcome)
}
