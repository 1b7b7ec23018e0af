import Airbyte
package import Flow
import JSON
package import Model
import Posix
import Replication
import SQL
import Secrets
import Store
import Time

/// Asks a destination for the objects that it writes into and stores what it says.
package struct DiscoverObjects: Workflow {
    package struct Input: Codable, Sendable {
        package var destination: ConnectorID
    }

    package static let name: WorkflowName = "discover-objects"
    package static let queue: QueueName = "calls"

    let vault: SecretVault
    let runner: CallRunner
    let configurations: ConfigurationUpdater

    package func run(_ input: Input, in flow: Flow) async throws -> DiscoverAnswer {
        let (destination, definition, configuration) = try await flow.fenced { [vault] session in
            let destination = try session.connector(.destination, input.destination)
            return (
                destination, try session.definition(.destination, destination.definitionID),
                try vault.hydrate(destination.configuration, in: session).configuration
            )
        }
        let schema = SecretSchema(definition.specification.connectionSpecification)
        let plan = CommandPlan(
            .discover, role: .destination, image: definition.image, config: configuration,
            timeoutSeconds: runner.settings.commandTimeout,
            secrets: SecretVault.secrets(in: configuration, schema: schema))
        let (outcome, call) = try await runner.run(plan, in: flow)
        if let configuration = outcome.control {
            await configurations.replace(
                .destination, destination.id, with: configuration, in: flow, log: runner.processes.log)
        }
        guard let catalog = outcome.destinationCatalog else {
            return DiscoverAnswer(catalogID: nil, failure: outcome.failure, call: call)
        }
        let id = try await flow.fenced { session in
            try session.keep(
                DiscoveredObjects(
                    destinationID: destination.id, catalog: catalog,
                    configurationHash: destination.configurationHash, connectorVersion: definition.image,
                    createdAt: Instant(microseconds: session.now())))
        }
        return DiscoverAnswer(catalogID: id, failure: nil, call: call)
    }
}
