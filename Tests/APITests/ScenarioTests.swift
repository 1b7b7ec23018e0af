import Airbyte
import HTTP
import JSON
import Model
import Store
import Testing

/// The scenarios of Airbyte's own acceptance suite as far as they need no connector; their numbers are those of the
/// reference.
struct ScenarioTests {
    @Test func `13: a sync that is cancelled ends as cancelled`() async throws {
        let api = try await TestAPI()
        let id: JSON = ["connectionId": .string(try await api.makeConnection())]
        let job: JSON = ["id": try #require(try await api.post("connections/sync", id)["job"]?["id"])]
        #expect(try await api.post("jobs/cancel", job)["job"]?["status"] == "cancelled")
        #expect(try await api.post("jobs/get_light", job)["job"]?["status"] == "cancelled")
        let read = try await api.post("jobs/get", job)
        // Prefect reads the last attempt of every job that has ended.
        #expect(read["attempts"]?[0]?["attempt"]?["recordsSynced"] == 0)
    }

    @Test func `14: chosen columns are saved and read back`() async throws {
        let api = try await TestAPI()
        let chosen: JSONObject = [
            "fieldSelectionEnabled": true, "selectedFields": [["fieldPath": ["film"]], ["fieldPath": ["at"]]],
        ]
        let catalog = OfferedStreams.wire(["film", "at", "director"], chosen)
        let id: JSON = ["connectionId": .string(try await api.makeConnection(["syncCatalog": catalog]))]
        let config = try await api.post("connections/get", id)["syncCatalog"]?["streams"]?[0]?["config"]
        #expect(config?["fieldSelectionEnabled"] == true)
        #expect(config?["selectedFields"] == chosen["selectedFields"])
    }

    @Test func `15: mappers are saved, read back and tried out`() async throws {
        let api = try await TestAPI()
        let mappers: JSON = [
            [
                "type": "row-filtering",
                "mapperConfiguration": [
                    "conditions": ["type": "EQUAL", "fieldName": "film", "comparisonValue": "Alien"]
                ],
            ],
            [
                "type": "field-renaming",
                "mapperConfiguration": ["originalFieldName": "director", "newFieldName": "directed_by"],
            ],
            [
                "type": "hashing",
                "mapperConfiguration": [
                    "targetField": "film", "method": "SHA-256", "fieldNameSuffix": "_hash",
                ],
            ],
        ]
        let catalog = OfferedStreams.wire(["film", "at", "director"], ["mappers": mappers])
        let id = JSON.string(try await api.makeConnection(["syncCatalog": catalog]))
        let read = try await api.post("connections/get", ["connectionId": id])
        let saved = read["syncCatalog"]?["streams"]?[0]?["config"]?["mappers"]?.arrayValue ?? []
        #expect(saved.map { $0["type"] } == ["row-filtering", "field-renaming", "hashing"])
        let verdict = try await api.post(
            "web_backend/mappers/validate",
            ["connectionId": id, "streamDescriptor": ["name": "films"], "mappers": mappers])
        func names(_ fields: JSON?) -> Set<String> {
            Set((fields?.arrayValue ?? []).compactMap { $0["name"]?.stringValue })
        }
        #expect(names(verdict["initialFields"]) == ["film", "at", "director"])
        #expect(names(verdict["outputFields"]) == ["film_hash", "at", "directed_by"])
        #expect(names(verdict["mappers"]?[1]?["outputFields"]) == ["film", "at", "directed_by"])
        let odd = try await api.post(
            "web_backend/mappers/validate",
            [
                "connectionId": id, "streamDescriptor": ["name": "films"],
                "mappers": [["type": "field-filtering", "mapperConfiguration": ["targetField": "nobody"]]],
            ])
        #expect(odd["mappers"]?[0]?["validationError"]?["type"] == "FIELD_NOT_FOUND")
        #expect(odd["outputFields"] == verdict["initialFields"])
    }

    @Test func `16: a running connection is deleted, and deleting it twice does no harm`() async throws {
        let api = try await TestAPI()
        let id: JSON = ["connectionId": .string(try await api.makeConnection())]
        let job: JSON = ["id": try #require(try await api.post("connections/sync", id)["job"]?["id"])]
        #expect(try await api.post("connections/delete", id).status == 204)
        #expect(try await api.post("connections/delete", id).status == 204)
        #expect(try await api.post("connections/get", id)["status"] == "deprecated")
        #expect(try await api.post("web_backend/connections/get", id)["status"] == "deprecated")
        #expect(try await api.post("jobs/get_light", job)["job"]?["status"] == "cancelled")
        let workspace: JSON = ["workspaceId": .string(api.workspace.description)]
        #expect(try await api.post("connections/list", workspace)["connections"] == [])
        #expect(try await api.post("web_backend/connections/list", workspace)["connections"] == [])
        let all = try await api.post("connections/list_all", workspace)
        #expect(all["connections"]?[0]?["connectionId"] == id["connectionId"])
    }

    @Test func `17: a cursor that is gone breaks a connection and leaves its sibling alone`() async throws {
        let offered = OfferedStreams(api: try await TestAPI())
        let (source, one, other) = try await offered.siblings()
        let before = try await offered.api.post("connections/get", ["connectionId": one])
        try await offered.offer(["id"], at: source)
        let read = try await offered.api.post(
            "web_backend/connections/get", ["connectionId": one, "withRefreshedCatalog": true])
        #expect(read["schemaChange"] == "breaking")
        #expect(read["status"] == "inactive")
        #expect(read["catalogDiff"]?["transforms"]?[0]?["transformType"] == "update_stream")
        let after = try await offered.api.post("connections/get", ["connectionId": one])
        #expect(after["syncCatalog"] == before["syncCatalog"])
        #expect(after["sourceCatalogId"] == before["sourceCatalogId"])
        let sibling = try await offered.api.post("connections/get", ["connectionId": other])
        #expect(sibling["status"] == "active" && sibling["breakingChange"] == false)
    }

    @Test func `18: propagate_fully takes a new column over and leaves the sibling alone`() async throws {
        let offered = OfferedStreams(api: try await TestAPI())
        let (source, one, other) = try await offered.siblings(["nonBreakingChangesPreference": "propagate_fully"])
        let found = try await offered.offer(["id", "at", "year"], at: source)
        let applied = try await offered.api.post(
            "connections/apply_schema_changes", ["connectionId": one, "catalogId": found])
        #expect(applied["propagatedDiff"]?["transforms"]?[0]?["transformType"] == "update_stream")
        let after = try await offered.api.post("connections/get", ["connectionId": one])
        #expect(after["status"] == "active")
        #expect(after["syncCatalog"]?["streams"]?[0]?["stream"]?["jsonSchema"]?["properties"]?["year"] != nil)
        #expect(after["schemaChange"] == "no_change")
        let sibling = try await offered.api.post("connections/get", ["connectionId": other])
        #expect(sibling["syncCatalog"]?["streams"]?[0]?["stream"]?["jsonSchema"]?["properties"]?["year"] == nil)
        #expect(sibling["schemaChange"] == "non_breaking")
    }

    @Test(arguments: ["disabled", "enabled"])
    func `19: a new column has history read again only where backfills are wanted`(backfill: String) async throws {
        let offered = OfferedStreams(api: try await TestAPI())
        let (source, one, _) = try await offered.siblings([
            "nonBreakingChangesPreference": "propagate_columns", "backfillPreference": .string(backfill),
        ])
        let state: JSON = [
            "stateType": "stream",
            "streamState": [["streamDescriptor": ["name": "films"], "streamState": ["at": "2026"]]],
        ]
        _ = try await offered.api.post("state/create_or_update_safe", ["connectionId": one, "connectionState": state])
        let found = try await offered.offer(["id", "at", "year"], at: source)
        let applied = try await offered.api.post(
            "sources/apply_schema_changes", ["sourceId": source, "catalogId": found])
        #expect(applied.status == 204)
        let kind = try await offered.api.post("web_backend/state/get_type", ["connectionId": one])
        #expect(kind.json == (backfill == "enabled" ? "not_set" : "stream"))
    }

    @Test func `20: a change that is ignored changes no stream, only what the next is compared with`() async throws {
        let offered = OfferedStreams(api: try await TestAPI())
        let (source, one, _) = try await offered.siblings(["nonBreakingChangesPreference": "ignore"])
        let before = try await offered.api.post("connections/get", ["connectionId": one])
        let found = try await offered.offer(["id", "at", "year"], at: source)
        _ = try await offered.api.post(
            "connections/apply_schema_changes", ["connectionId": one, "catalogId": found])
        let after = try await offered.api.post("connections/get", ["connectionId": one])
        #expect(after["syncCatalog"] == before["syncCatalog"])
        #expect(after["sourceCatalogId"] == found)
    }
}
