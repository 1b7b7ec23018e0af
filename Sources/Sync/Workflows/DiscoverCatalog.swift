import Airbyte
import Crypto
package import Flow
import JSON
package import Model
import Posix
import Replication
import SQL
import Secrets
import Store
import Time

/// Asks a source for its streams and stores the catalog.
package struct DiscoverCatalog: Workflow {
    package struct Input: Codable, Sendable {
        package var source: ConnectorID
    }

    package static let name: WorkflowName = "discover-catalog"
    package static let queue: QueueName = "calls"

    let vault: SecretVault
    let runner: CallRunner
    let configurations: ConfigurationUpdater

    package func run(_ input: Input, in flow: Flow) async throws -> DiscoverAnswer {
        let (source, definition, configuration) = try await flow.fenced { [vault] session in
            let source = try session.connector(.source, input.source)
            return (
                source, try session.definition(.source, source.definitionID),
                try vault.hydrate(source.configuration, in: session).configuration
            )
        }
        let schema = SecretSchema(definition.specification.connectionSpecification)
        let plan = CommandPlan(
            .discover, role: .source, image: definition.image, config: configuration,
            timeoutSeconds: runner.settings.commandTimeout,
            secrets: SecretVault.secrets(in: configuration, schema: schema))
        let (outcome, call) = try await runner.run(plan, in: flow)
        if let configuration = outcome.control {
            await configurations.replace(.source, source.id, with: configuration, in: flow, log: runner.processes.log)
        }
        guard let catalog = outcome.catalog else {
            return DiscoverAnswer(catalogID: nil, failure: outcome.failure, call: call)
        }
        let id = try await flow.fenced { session in
            try session.keep(
                DiscoveredCatalog(
                    sourceID: source.id, catalog: catalog.withoutEmptyNamespaces,
                    configurationHash: source.configurationHash,
                    connectorVersion: definition.image, createdAt: Instant(microseconds: session.now())))
        }
        return DiscoverAnswer(catalogID: id, failure: nil, call: call)
    }
}

extension AirbyteCatalog {
    /// No namespace and an empty one are the same to Airbyte; told apart, a stream would seem to be another one.
    fileprivate var withoutEmptyNamespaces: AirbyteCatalog {
        var copy = self
        for index in copy.streams.indices where copy.streams[index].namespace?.isEmpty == true {
            copy.streams[index].namespace = nil
        }
        return copy
    }
}

extension Model.Connector {
    /// Tells configurations apart; made of the stored form, so of no secret.
    package var configurationHash: String { SHA256(of: configuration.bytes).description }
}
