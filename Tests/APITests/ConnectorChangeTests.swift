import Airbyte
import JSON
import Model
import Posix
import SQL
import Store
import TestKit
import Testing
import Time

struct ConnectorChangeTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `a partial update merges member by member and keeps the secrets it leaves out`(_ engine: Dialect.Engine)
        async throws
    {
        let api = try await TestAPI(engine)
        let id = JSON.string(
            try await api.makeSource([
                "host": "db", "password": "hunter2", "tunnel": ["key": "a", "port": 1], "list": [1, 2],
            ]))
        let change: JSON = ["tunnel": ["port": 2], "list": [3]]
        let answer = try await api.post("sources/partial_update", ["sourceId": id, "connectionConfiguration": change])
        let merged: JSON = [
            "host": "db", "password": "**********", "tunnel": ["key": "a", "port": 2], "list": [3],
        ]
        #expect(answer["connectionConfiguration"] == merged)
        #expect(answer["name"] == "Shop")
        #expect(try await api.post("sources/get", ["sourceId": id]).json == answer.json)
        _ = try await api.post(
            "sources/check_connection_for_update",
            ["sourceId": id, "name": "Shop", "connectionConfiguration": merged])
        #expect(api.calls.configuration?["password"] == "hunter2")
        let named = try await api.post("sources/partial_update", ["sourceId": id, "name": "Store"])
        #expect(named["connectionConfiguration"] == merged)
        #expect(try await api.post("sources/get", ["sourceId": id])["name"] == "Store")
        let bad: JSON = ["host": .null]
        let refused = try await api.post("sources/partial_update", ["sourceId": id, "connectionConfiguration": bad])
        #expect(refused.status == 422)
        #expect(try await api.post("sources/get", ["sourceId": id])["connectionConfiguration"] == merged)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `connectors are found by workspace, name and a part of their configuration`(_ engine: Dialect.Engine)
        async throws
    {
        let api = try await TestAPI(engine)
        let first = JSON.string(try await api.makeSource(["host": "db", "password": "x", "tunnel": ["key": "a"]]))
        let second = JSON.string(try await api.makeSource(["host": "other", "password": "x"]))
        let destination = JSON.string(try await api.makeDestination())
        func ids(_ answer: Answer, _ list: String = "sources", _ key: String = "sourceId") -> [JSON] {
            answer[list]?.arrayValue?.compactMap { $0[key] } ?? []
        }
        let home = JSON.string(api.workspace.description)
        let paged = try await api.post(
            "sources/list_paginated", ["workspaceIds": [home], "pagination": ["pageSize": 1, "rowOffset": 1]])
        #expect(ids(paged).count == 1)
        let all = try await api.post("destinations/list_paginated", ["workspaceIds": [home], "nameContains": "la"])
        #expect(ids(all, "destinations", "destinationId") == [destination])
        let part: JSON = ["connectionConfiguration": ["tunnel": ["key": "a"]]]
        #expect(ids(try await api.post("sources/search", part)) == [first])
        #expect(ids(try await api.post("sources/search", ["sourceId": second, "workspaceId": home])) == [second])
        #expect(ids(try await api.post("sources/search", ["sourceName": "Test source", "name": "Shop"])).count == 2)
        let definition = JSON.string(api.destinationDefinition.id.description)
        let lakes = try await api.post("destinations/search", ["destinationDefinitionId": definition])
        #expect(ids(lakes, "destinations", "destinationId") == [destination])
        #expect(ids(try await api.post("sources/search", ["name": "Nope"])) == [])
        _ = try await api.post("sources/delete", ["sourceId": first])
        let gone = try await api.post("sources/list_paginated", ["workspaceIds": [home], "includeDeleted": true])
        #expect(Set(ids(gone)) == [first, second])
        #expect(ids(try await api.post("sources/list_paginated", ["workspaceIds": [home]])) == [second])
    }

    @Test func `a source runs the version of its definition and is told what the definition can be told`() async throws
    {
        let api = try await TestAPI(supportsRefreshes: true)
        let source: JSON = ["sourceId": .string(try await api.makeSource())]
        let destination: JSON = ["destinationId": .string(try await api.makeDestination())]
        let version = try await api.post("actor_definition_versions/get_for_source", source)
        #expect(version["dockerRepository"] == "exec:source")
        #expect(version["dockerImageTag"] == "1")
        #expect(version["supportState"] == "supported")
        let other = try await api.post("actor_definition_versions/get_for_destination", destination)
        #expect(other["supportsRefreshes"] == true)
        let definition = JSON.string(api.destinationDefinition.id.description)
        let standing = try await api.post("actor_definition_versions/get_default", ["actorDefinitionId": definition])
        #expect(standing.json == other.json)
        var asked: JSON = ["actorDefinitionId": definition, "actorType": "destination", "dockerImageTag": "1"]
        #expect(
            try await api.post("actor_definition_versions/resolve", asked)["dockerRepository"] == "exec:destination")
        asked["dockerImageTag"] = "2"
        #expect(try await api.post("actor_definition_versions/resolve", asked).status == 404)
        let specification = try await api.post("source_definition_specifications/get_for_source", source)
        let whole = try await api.post(
            "source_definition_specifications/get",
            ["sourceDefinitionId": .string(api.sourceDefinition.id.description)])
        #expect(specification.json == whole.json)
        let lake = try await api.post("destination_definition_specifications/get_for_destination", destination)
        #expect(lake["destinationDefinitionId"] == definition)
        #expect(try await api.post("sources/upgrade_version", source).status == 204)
        #expect(try await api.post("destinations/upgrade_version", destination).status == 204)
        #expect(try await api.post("actor_definition_versions/get_for_source", source).json == version.json)
        let nowhere: JSON = ["sourceId": .string(UUID().description)]
        #expect(try await api.post("sources/upgrade_version", nowhere).status == 404)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the newest catalog of a source is answered and taken note of`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let connection = JSON.string(try await api.makeConnection(["nonBreakingChangesPreference": "ignore"]))
        let source = try #require(try await api.post("connections/get", ["connectionId": connection])["sourceId"])
        let empty = try await api.post("sources/most_recent_source_actor_catalog", ["sourceId": source])
        #expect(empty.json == [:])
        let catalog = DiscoveredCatalog(
            sourceID: try #require(source.stringValue.flatMap { ConnectorID($0) }),
            catalog: AirbyteCatalog(streams: [AirbyteStream(name: "orders", jsonSchema: ["type": "object"])]),
            configurationHash: "x", connectorVersion: "1", createdAt: TestAPI.now)
        try await api.database.write { try $0.insert(catalog) }
        let newest = try await api.post("sources/most_recent_source_actor_catalog", ["sourceId": source])
        #expect(newest["catalog"]?["streams"]?[0]?["stream"]?["name"] == "orders")
        #expect(newest["updatedAt"] == .integer(TestAPI.now.seconds))
        let apply: JSON = ["sourceId": source, "catalogId": .string(catalog.id.description)]
        #expect(try await api.post("sources/apply_schema_changes", apply).status == 204)
        let after = try await api.post("connections/get", ["connectionId": connection])
        #expect(after["sourceCatalogId"] == .string(catalog.id.description))
        #expect(after["syncCatalog"]?["streams"] == [])
        let other: JSON = [
            "sourceId": .string(try await api.makeSource()), "catalogId": .string(catalog.id.description),
        ]
        #expect(try await api.post("sources/apply_schema_changes", other).status == 404)
    }
}
