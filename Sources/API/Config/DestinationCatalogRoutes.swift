import Airbyte
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Sync

/// `/api/v1/destinations`: the objects that a destination writes into, where it has such.
struct DestinationCatalogRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("destinations/discover_schema", "discoverCatalogForDestination", discover),
            .config("destinations/get_catalog_for_connection", "getCatalogForConnection", get),
        ]
    }

    /// A destination that has none says so in its own words, with 422.
    private func discover(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required("destinationId")
        let usesCache = try body.optional("disableCache", as: Bool.self) != true
        _ = try await services.database.read { try $0.connector(.destination, id) }
        let answer = try await services.calls.discoverObjects(id, usesCache: usesCache)
        guard answer.catalogID != nil, let found = try await objects(of: id) else {
            throw Problem.unprocessable(
                answer.failure?.externalMessage ?? "The destination named no objects and gave no reason.")
        }
        return found.wire
    }

    private func get(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let destination = try await services.database.read { try $0.connection(id).destinationID }
        guard let found = try await objects(of: destination) else {
            throw Problem(
                notFound: "catalog", id: id.description,
                "Nothing was discovered of this connection's destination yet; call destinations/discover_schema first.")
        }
        return found.wire
    }

    private func objects(of destination: ConnectorID) async throws -> DiscoveredObjects? {
        try await services.database.read { try $0.discoveredObjects(of: destination) }
    }
}

extension DiscoveredObjects {
    fileprivate var wire: JSON {
        ["catalogId": .string(id.description), "catalog": ["operations": .array(catalog.operations.map(\.wire))]]
    }
}

extension DestinationCatalog.Operation {
    fileprivate var wire: JSON {
        [
            "objectName": .string(objectName), "syncMode": .string(syncMode.rawValue), "schema": jsonSchema,
            "matchingKeys": .array(matchingKeys.map(JSON.strings)),
        ]
    }
}
