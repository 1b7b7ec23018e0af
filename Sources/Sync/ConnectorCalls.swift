import Airbyte
package import Flow
package import JSON
package import Model
import Posix
package import SQL
package import Secrets
import Store
import Time

/// Asks a worker to run one connector once and waits for its answer.
package struct ConnectorCalls: Sendable {
    private let database: any Database
    private let flows: FlowClient
    private let vault: SecretVault
    private let timeout: Duration

    /// `timeout`: how long an answer is waited for; the call itself has a limit of its own on the worker.
    package init(database: any Database, flows: FlowClient, vault: SecretVault, timeout: Duration = .seconds(600)) {
        self.database = database
        self.flows = flows
        self.vault = vault
        self.timeout = timeout
    }

    /// Checks a saved source or destination.
    package func check(_ kind: ConnectorKind, _ connector: ConnectorID) async throws -> CheckAnswer {
        try await answer(
            of: CheckConnector.self, CheckConnector.Input(kind: kind, subject: .connector(connector)))
    }

    /// Checks a configuration that is not saved; it holds its secrets in plain.
    package func check(
        _ kind: ConnectorKind, definition: DefinitionID, configuration: JSON, workspace: WorkspaceID
    ) async throws -> CheckAnswer {
        let coordinate = try await database.write { [vault] session in
            try vault.deposit(
                configuration, workspace: workspace, in: session, at: Instant(microseconds: session.now()))
        }
        return try await answer(
            of: CheckConnector.self,
            CheckConnector.Input(kind: kind, subject: .configuration(definition, coordinate: coordinate)))
    }

    /// Discovers a source's streams; a catalog discovered before with the same configuration and version will do
    /// unless `usesCache` is false.
    package func discover(_ source: ConnectorID, usesCache: Bool) async throws -> DiscoverAnswer {
        if usesCache, let cached = try await cachedCatalog(of: source) {
            let never = Instant(microseconds: 0)
            return DiscoverAnswer(
                catalogID: cached, failure: nil, call: CallRecord(createdAt: never, endedAt: never, logLines: []))
        }
        return try await answer(of: DiscoverCatalog.self, DiscoverCatalog.Input(source: source))
    }

    /// Asks an image for its specification; a tag `latest` comes back as a version.
    package func specification(repository: String, tag: String) async throws -> SpecificationAnswer {
        try await answer(of: FetchSpecification.self, FetchSpecification.Input(repository: repository, tag: tag))
    }

    private func cachedCatalog(of source: ConnectorID) async throws -> UUID? {
        try await database.read { session in
            let connector = try session.connector(.source, source)
            let definition = try session.definition(.source, connector.definitionID)
            return try session.newestCatalog(
                of: source, configurationHash: connector.configurationHash, connectorVersion: definition.image)?.id
        }
    }

    private func answer<Call: Workflow>(of call: Call.Type, _ input: Call.Input) async throws -> Call.Output {
        let run = try await flows.start(call, input, options: StartOptions(priority: .manual))
        guard let result = try await flows.result(of: run, call, timeout: timeout) else {
            try await flows.signal(run, .cancel(reason: "Nobody waits for the answer any more."))
            throw CallError(
                "No worker answered within \(timeout.components.seconds) s. Is a worker running and reaching the database?"
            )
        }
        switch result {
        case .succeeded(let output): return output
        case .failed(let failure): throw CallError("The worker could not carry the call out: \(failure)")
        case .cancelled(let reason): throw CallError("The call was cancelled: \(reason)")
        }
    }
}
