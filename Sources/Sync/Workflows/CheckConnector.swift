import Airbyte
package import Flow
import JSON
package import Model
import Replication
import SQL
import Secrets
import Store

/// Asks a connector whether a configuration works.
package struct CheckConnector: Workflow {
    package struct Input: Codable, Sendable {
        package enum Subject: Codable, Sendable {
            /// A saved source or destination.
            case connector(ConnectorID)
            /// A configuration that is not saved, sealed under this coordinate.
            case configuration(DefinitionID, coordinate: String)
        }
        package var kind: ConnectorKind
        package var subject: Subject
    }

    package static let name: WorkflowName = "check-connector"
    package static let queue: QueueName = "calls"

    let vault: SecretVault
    let runner: CallRunner
    let configurations: ConfigurationUpdater

    package func run(_ input: Input, in flow: Flow) async throws -> CheckAnswer {
        let plan = try await flow.fenced { session in try commandPlan(for: input, in: session) }
        let (outcome, call) = try await runner.run(plan, in: flow)
        if case .connector(let id) = input.subject, let configuration = outcome.control {
            await configurations.replace(input.kind, id, with: configuration, in: flow, log: runner.processes.log)
        }
        return CheckAnswer(
            succeeded: outcome.status.map { $0.outcome == .succeeded }, message: outcome.status?.message,
            failure: outcome.failure, call: call)
    }

    private func commandPlan(for input: Input, in session: any Session) throws -> CommandPlan {
        let definition: ConnectorDefinition
        let configuration: JSON
        switch input.subject {
        case .connector(let id):
            let connector = try session.connector(input.kind, id)
            definition = try session.definition(input.kind, connector.definitionID)
            configuration = try vault.hydrate(connector.configuration, in: session).configuration
        case .configuration(let id, let coordinate):
            definition = try session.definition(input.kind, id)
            configuration = try vault.withdraw(coordinate, in: session)
        }
        let schema = SecretSchema(definition.specification.connectionSpecification)
        return CommandPlan(
            .check, role: input.kind == .source ? .source : .destination, image: definition.image,
            config: configuration,
            timeoutSeconds: runner.settings.commandTimeout,
            limits: definition.limits(for: .check), secrets: SecretVault.secrets(in: configuration, schema: schema))
    }
}
