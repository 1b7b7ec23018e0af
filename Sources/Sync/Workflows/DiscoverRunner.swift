import Airbyte
import Flow
import JSON
import Model
import Replication
import SQL
import Secrets
import Store

/// Runs `discover` of a saved source or destination, and stores the configuration that it asks for, if it does.
struct DiscoverRunner: Sendable {
    struct Found: Sendable {
        let connector: Model.Connector
        let image: String
        let outcome: CommandOutcome
        let call: CallRecord
    }

    let vault: SecretVault
    let runner: CallRunner
    let configurations: ConfigurationUpdater

    func run(_ kind: ConnectorKind, _ id: ConnectorID, in flow: Flow) async throws -> Found {
        let (connector, definition, configuration) = try await flow.fenced { [vault] session in
            let connector = try session.connector(kind, id)
            return (
                connector, try session.definition(kind, connector.definitionID),
                try vault.hydrate(connector.configuration, in: session).configuration
            )
        }
        let schema = SecretSchema(definition.specification.connectionSpecification)
        let plan = CommandPlan(
            .discover, role: kind == .source ? .source : .destination, image: definition.image, config: configuration,
            timeoutSeconds: runner.settings.commandTimeout,
            limits: definition.limits(for: .discover), secrets: SecretVault.secrets(in: configuration, schema: schema))
        let (outcome, call) = try await runner.run(plan, in: flow)
        if let configuration = outcome.control {
            await configurations.replace(kind, id, with: configuration, in: flow, log: runner.processes.log)
        }
        return Found(connector: connector, image: definition.image, outcome: outcome, call: call)
    }
}
