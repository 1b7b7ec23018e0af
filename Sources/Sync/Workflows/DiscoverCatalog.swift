import Airbyte
import Crypto
package import Flow
import JSON
package import Model
import Posix
import Replication
import SQL
import Store
import Time

/// Asks a source for its streams and stores the catalog.
package struct DiscoverCatalog: Workflow {
    package struct Input: Codable, Sendable {
        package var source: ConnectorID
    }

    package static let name: WorkflowName = "discover-catalog"
    package static let queue: QueueName = "calls"

    let runner: DiscoverRunner

    package func run(_ input: Input, in flow: Flow) async throws -> DiscoverAnswer {
        let found = try await runner.run(.source, input.source, in: flow)
        guard let catalog = found.outcome.catalog else {
            return DiscoverAnswer(catalogID: nil, failure: found.outcome.failure, call: found.call)
        }
        let id = try await flow.fenced { session in
            try session.keep(
                DiscoveredCatalog(
                    sourceID: found.connector.id, catalog: catalog.withoutEmptyNamespaces,
                    configurationHash: found.connector.configurationHash, connectorVersion: found.image,
                    createdAt: Instant(microseconds: session.now())))
        }
        return DiscoverAnswer(catalogID: id, failure: nil, call: found.call)
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
