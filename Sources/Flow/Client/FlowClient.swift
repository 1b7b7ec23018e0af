internal import JSON
internal import Posix
package import SQL

/// The engine as the rest of the program sees it: starts runs, sends them word, and looks at them.
package struct FlowClient: Sendable {
    package let database: any Database
    /// How often a waiting caller looks where no notice came.
    private let poll: Duration
    private let runtime: FlowRuntime

    package init(database: any Database, poll: Duration = .seconds(1), runtime: FlowRuntime = .system) {
        self.database = database
        self.poll = poll
        self.runtime = runtime
    }

    /// Starts a run in a transaction of its own; see `RunStarter` for one inside the caller's.
    @discardableResult
    package func start<W: Workflow>(
        _ workflow: W.Type, _ input: W.Input, options: StartOptions = StartOptions()
    ) async throws -> RunID {
        try await database.write { try RunStarter().start(W.self, input, in: $0, options: options) }
    }

    /// Starts a run inside the caller's transaction.
    @discardableResult
    package func start<W: Workflow>(
        _ workflow: W.Type, _ input: W.Input, in session: any Session, options: StartOptions = StartOptions()
    ) throws -> RunID {
        try RunStarter().start(W.self, input, in: session, options: options)
    }

    /// Throws `FlowError.Code.noSuchRun` where there is none of that number.
    package func status(_ run: RunID) async throws -> RunStatus {
        try await database.read { try status(run, in: $0) }
    }

    package func status(_ run: RunID, in session: any Session) throws -> RunStatus {
        let row = try session.row("SELECT \(RunStatus.columns) FROM run WHERE id = \(run)")
        guard let row else { throw FlowError(.noSuchRun(run), "There is no run \(run).") }
        return try RunStatus(row)
    }

    /// The live run that holds a unique key.
    package func holder(of uniqueKey: String, in session: any Session) throws -> RunID? {
        try session.value("SELECT id FROM run WHERE unique_key = \(uniqueKey) AND ended_at IS NULL")
    }

    /// The newest runs that pass the filter.
    package func list(_ filter: RunFilter = RunFilter()) async throws -> [RunStatus] {
        try await database.read { session in
            var conditions: Query = "id < \(filter.before?.number ?? .max)"
            if let workflow = filter.workflow { conditions = "\(conditions) AND workflow = \(workflow.text)" }
            if let workspace = filter.workspace { conditions = "\(conditions) AND workspace = \(workspace)" }
            if !filter.states.isEmpty {
                conditions = "\(conditions) AND state IN \(list: filter.states.map(\.rawValue))"
            }
            return try session.rows(
                """
                SELECT \(RunStatus.columns) FROM run WHERE \(conditions) ORDER BY id DESC LIMIT \(filter.limit)
                """
            ).map(RunStatus.init)
        }
    }

    /// What happened to a run, in order.
    package func history(of run: RunID) async throws -> [RunEvent] {
        try await database.read { try RunEvent.history(of: run, in: $0) }
    }

    /// Waits until the run has ended; nil where `timeout` passes or the task is cancelled first.
    package func result<W: Workflow>(
        of run: RunID, _ workflow: W.Type, timeout: Duration = .seconds(3600)
    ) async throws -> RunResult<W.Output>? {
        let deadline = runtime.now() + timeout
        let bell = Bell(runtime)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            // Listening comes before the first look, so no end can fall between the two.
            let notices = database.notices(on: FlowChannel.ended)
            group.addTask { for await _ in notices { bell.ring() } }
            group.addTask { await bell.tick(every: min(poll, max(timeout, .milliseconds(1)))) }
            bell.ring()
            for await _ in bell.rings {
                if let result = try await database.read({ try self.result(of: run, W.self, in: $0) }) { return result }
                if runtime.now() >= deadline { return nil }
            }
            return nil
        }
    }

    /// How the run ended; nil where it has not.
    package func result<W: Workflow>(
        of run: RunID, _ workflow: W.Type, in session: any Session
    ) throws -> RunResult<W.Output>? {
        let row = try session.row("SELECT state, output, error, cancel_reason FROM run WHERE id = \(run)")
        guard let row else { throw FlowError(.noSuchRun(run), "There is no run \(run).") }
        switch RunState(rawValue: try row.get("state")) {
        case .succeeded:
            do { return .succeeded(try JSON.parse(row.get("output", as: String.self)).decode(W.Output.self)) } catch {
                throw FlowError(.unreadable, "What run \(run) answered is not a \(W.Output.self): \(error).")
            }
        case .failed: return .failed(try JSON.parse(row.get("error", as: String.self)).decode())
        case .cancelled: return .cancelled(reason: try row.getOptional("cancel_reason") ?? "")
        default: return nil
        }
    }
}
