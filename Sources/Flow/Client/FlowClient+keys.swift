package import SQL

extension FlowClient {
    /// The run that was started with an idempotency key, ended or not.
    package func run<W: Workflow>(
        of workflow: W.Type, startedAs key: String, in session: any Session
    ) throws -> RunStatus? {
        try session.row(
            """
            SELECT \(RunStatus.columns) FROM run WHERE workflow = \(W.name.text) AND idempotency_key = \(key)
            """
        ).map(RunStatus.init)
    }
}
