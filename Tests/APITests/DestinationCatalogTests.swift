import Airbyte
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import TestKit
import Testing

@Suite("What a destination writes into", .timeLimit(.minutes(3)))
struct DestinationCatalogTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `what a destination said it writes into is kept until it says otherwise`(
        _ engine: Dialect.Engine
    ) async throws {
        let api = try await TestAPI(engine)
        let connection: JSON = ["connectionId": .string(try await api.makeConnection())]
        let read = try await api.post("connections/get", connection)
        let destination: JSON = ["destinationId": try #require(read["destinationId"])]
        let unknown = try await api.post("destinations/get_catalog_for_connection", connection)
        #expect(unknown.status == 404)
        #expect(try unknown.text("message").contains("call destinations/discover_schema first"))
        let reason = FailureReason(.destination, .config, "There are no objects here.", at: TestAPI.now)
        api.calls.script(DiscoverAnswer(catalogID: nil, failure: reason, call: ScriptedCalls.record))
        let failed = try await api.post("destinations/discover_schema", destination)
        #expect(failed.status == 422 && failed["message"] == "There are no objects here.")

        let id = try #require(ConnectorID(try read.text("destinationId")))
        func discover(_ names: [String]) async throws -> Answer {
            let operations = names.map {
                DestinationCatalog.Operation(objectName: $0, syncMode: .append, jsonSchema: ["type": "object"])
            }
            let objects = DiscoveredObjects(
                destinationID: id, catalog: DestinationCatalog(operations: operations), configurationHash: "x",
                connectorVersion: "1", createdAt: TestAPI.now)
            let kept = try await api.database.write { try $0.keep(objects) }
            api.calls.script(DiscoverAnswer(catalogID: kept, failure: nil, call: ScriptedCalls.record))
            return try await api.post("destinations/discover_schema", destination)
        }
        let first = try await discover(["Lead"])
        #expect(first["catalog"]?["operations"]?[0]?["objectName"] == "Lead")
        #expect(try await api.post("destinations/get_catalog_for_connection", connection).json == first.json)
        #expect(try await discover(["Lead"])["catalogId"] == first["catalogId"])
        let second = try await discover(["Lead", "Note"])
        #expect(second["catalogId"] != first["catalogId"])
        #expect(try await api.post("destinations/get_catalog_for_connection", connection).json == second.json)
        let nowhere: JSON = ["destinationId": .string(UUID().description)]
        #expect(try await api.post("destinations/discover_schema", nowhere).status == 404)
    }
}
