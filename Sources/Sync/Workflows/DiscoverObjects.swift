import Airbyte
package import Flow
package import Model
import Posix
import Replication
import SQL
import Store
import Time

/// Asks a destination for the objects that it writes into and stores what it says.
package struct DiscoverObjects: Workflow {
    package struct Input: Codable, Sendable {
        package var destination: ConnectorID
    }

    package static let name: WorkflowName = "discover-objects"
    package static let queue: QueueName = "calls"

    let runner: DiscoverRunner

    package func run(_ input: Input, in flow: Flow) async throws -> DiscoverAnswer {
        let found = try await runner.run(.destination, input.destination, in: flow)
        guard let catalog = found.outcome.destinationCatalog else {
            return DiscoverAnswer(catalogID: nil, failure: found.outcome.failure, call: found.call)
        }
        let id = try await flow.fenced { session in
            try session.keep(
                DiscoveredObjects(
                    destinationID: found.connector.id, catalog: catalog,
                    configurationHash: found.connector.configurationHash, connectorVersion: found.image,
                    createdAt: Instant(microseconds: session.now())))
        }
        return DiscoverAnswer(catalogID: id, failure: nil, call: found.call)
    }
}
