import Airbyte
package import Flow
package import JSON
package import Model
package import SQL
package import Secrets
import Store
import Time

/// Calls of connectors that a client asks for under an id of its own and looks at later.
///
/// The run behind a command is all there is of it, so a command outlives the server that took it. An id counts once:
/// whoever asks again with it gets the command that there is.
package struct ConnectorCommands: Sendable {
    package enum Status: String, Sendable, CaseIterable { case pending, running, completed, cancelled }

    private let database: any Database
    private let flows: FlowClient
    private let vault: SecretVault
    private let limits: RunLimits

    package init(database: any Database, vault: SecretVault, settings: SyncSettings = SyncSettings()) {
        self.database = database
        flows = FlowClient(database: database)
        self.vault = vault
        let limit = min(settings.callQueueLimit + .seconds(settings.commandTimeout + 60), settings.longestCall)
        limits = RunLimits(queueWait: settings.callQueueLimit + .seconds(60), runTime: limit + .seconds(60))
    }

    /// Has a saved source or destination checked.
    package func check(_ id: String, _ connector: Connector) async throws {
        try await begin(CheckConnector.self, id, connector.workspaceID) { _ in
            CheckConnector.Input(kind: connector.kind, subject: .connector(connector.id))
        }
    }

    /// Has a configuration checked that is not saved; it holds its secrets in plain.
    package func check(
        _ id: String, _ kind: ConnectorKind, definition: DefinitionID, configuration: JSON, workspace: WorkspaceID
    ) async throws {
        try await begin(CheckConnector.self, id, workspace) { [vault] session in
            let coordinate = try vault.deposit(
                configuration, workspace: workspace, in: session, at: Instant(microseconds: session.now()))
            return CheckConnector.Input(kind: kind, subject: .configuration(definition, coordinate: coordinate))
        }
    }

    package func discover(_ id: String, _ source: Connector) async throws {
        try await begin(DiscoverCatalog.self, id, source.workspaceID) { _ in DiscoverCatalog.Input(source: source.id) }
    }

    package func specification(_ id: String, repository: String, tag: String, workspace: WorkspaceID) async throws {
        try await begin(FetchSpecification.self, id, workspace) { _ in
            FetchSpecification.Input(repository: repository, tag: tag)
        }
    }

    /// Throws `StoreError.notFound` where there is no such command.
    package func status(of id: String) async throws -> Status {
        try await database.read { try status(of: run(id, in: $0)) }
    }

    /// Ends a command; one that has ended stays as it is.
    package func cancel(_ id: String) async throws {
        try await database.write { session in
            let run = try run(id, in: session)
            _ = try flows.signal(run.id, .cancel(reason: "The command was cancelled."), in: session)
        }
    }

    /// What came of a command of one kind; nil where it has not ended. Throws `StoreError.notFound` where there is no
    /// such command of that kind.
    package func result<Call: Workflow>(_ id: String, of call: Call.Type) async throws -> RunResult<Call.Output>? {
        try await database.read { session in
            guard let run = try flows.run(of: call, startedAs: key(id), in: session) else {
                throw StoreError.notFound("command", id)
            }
            return try flows.result(of: run.id, call, in: session)
        }
    }

    private func begin<Call: Workflow>(
        _ call: Call.Type, _ id: String, _ workspace: WorkspaceID,
        _ input: @escaping @Sendable (any Session) throws -> Call.Input
    ) async throws {
        try await database.write { session in
            if let known = try find(id, in: session) {
                guard known.workflow == Call.name, known.workspace == workspace.description else {
                    throw StoreError(
                        .conflict, "command", id: id, "There is another command of that id; choose a new one.")
                }
                return
            }
            let options = StartOptions(
                idempotencyKey: key(id), priority: .manual, workspace: workspace.description, limits: limits)
            _ = try flows.start(call, input(session), in: session, options: options)
        }
    }

    private func run(_ id: String, in session: any Session) throws -> RunStatus {
        guard let run = try find(id, in: session) else { throw StoreError.notFound("command", id) }
        return run
    }

    private func find(_ id: String, in session: any Session) throws -> RunStatus? {
        try flows.run(of: CheckConnector.self, startedAs: key(id), in: session)
            ?? flows.run(of: DiscoverCatalog.self, startedAs: key(id), in: session)
            ?? flows.run(of: FetchSpecification.self, startedAs: key(id), in: session)
    }

    private func key(_ id: String) -> String { "command:" + id }

    private func status(of run: RunStatus) -> Status {
        switch run.state {
        case .waiting, .parked: run.claims == 0 ? .pending : .running
        case .running: .running
        case .succeeded, .failed: .completed
        case .cancelled: .cancelled
        }
    }
}
