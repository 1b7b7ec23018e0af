internal import JSON
internal import SQL

extension Flow {
    /// Starts another run, once; it is told apart from all others by its parent.
    package func start<W: Workflow>(
        _ name: StepName, _ workflow: W.Type, _ input: W.Input, options: StartOptions = StartOptions()
    ) async throws -> RunID {
        let parent = run
        return try await transaction(name) { session in
            try RunStarter().start(W.self, input, in: session, options: options, parent: parent)
        }
    }

    /// How a run that this one started has ended; leaves this run until it has. Nil once `timeout` has passed.
    package func result<W: Workflow>(
        _ name: StepName, of child: RunID, _ workflow: W.Type, timeout: Duration? = nil
    ) async throws -> RunResult<W.Output>? {
        guard try await wait(name, for: RunSignal.endedName(child), timeout: timeout) != nil else { return nil }
        return try await hold.database.read { session in
            try FlowClient(database: hold.database).result(of: child, W.self, in: session)
        }
    }
}
