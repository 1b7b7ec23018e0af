import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

struct WebConnectionTests {
    private static let hook: JSON = [
        "operatorType": "webhook",
        "webhook": ["executionUrl": "https://example.org/hook", "executionBody": "{}"],
    ]

    @Test func `a connection is read with all around it`() async throws {
        let offered = OfferedStreams(api: try await TestAPI())
        let (_, one, _) = try await offered.siblings()
        let read = try await offered.api.post("web_backend/connections/get", ["connectionId": one])
        #expect(read["source"]?["name"] == "Shop" && read["destination"]?["name"] == "Lake")
        #expect(read["source"]?["connectionConfiguration"]?["password"] == "**********")
        #expect(read["isSyncing"] == false && read["latestSyncJobStatus"] == nil)
        #expect(read["createdAt"] == .integer(TestAPI.now.seconds) && read["created_at"] == nil)
        #expect(read["sourceActorDefinitionVersion"]?["dockerRepository"] == "exec:source")
        #expect(read["catalogDiff"] == nil && read["schemaChange"] == "no_change")
        _ = try await offered.api.post("connections/sync", ["connectionId": one])
        let busy = try await offered.api.post("web_backend/connections/get", ["connectionId": one])
        #expect(busy["isSyncing"] == true && busy["latestSyncJobStatus"] == "pending")
        #expect(!busy.holdsNull)
    }

    @Test func `what is read can be saved again and changes nothing`() async throws {
        let offered = OfferedStreams(api: try await TestAPI(supportsRefreshes: true))
        let (_, one, _) = try await offered.siblings()
        let chosen = OfferedStreams.wire(
            ["id", "at"], ["fieldSelectionEnabled": true, "selectedFields": [["fieldPath": ["at"]]]])
        for catalog in [OfferedStreams.wire(["id", "at"]), chosen] {
            _ = try await offered.api.post(
                "web_backend/connections/update",
                ["connectionId": one, "syncCatalog": catalog, "skipReset": true])
            let read = try await offered.api.post("web_backend/connections/get", ["connectionId": one])
            let saved = try await offered.api.post(
                "web_backend/connections/update",
                ["connectionId": one, "syncCatalog": try #require(read["syncCatalog"])])
            #expect(saved["syncCatalog"] == read["syncCatalog"])
            #expect(saved["isSyncing"] == false)
        }
    }

    @Test func `streams that are not chosen are shown besides`() async throws {
        let offered = OfferedStreams(api: try await TestAPI())
        let (_, one, _) = try await offered.siblings()
        _ = try await offered.api.post(
            "connections/update", ["connectionId": one, "syncCatalog": ["streams": []]])
        let read = try await offered.api.post("web_backend/connections/get", ["connectionId": one])
        #expect(read["syncCatalog"]?["streams"]?[0]?["stream"]?["name"] == "films")
        #expect(read["syncCatalog"]?["streams"]?[0]?["config"]?["selected"] == false)
    }

    @Test func `a refreshed catalog is merged and compared, and one that fails falls back to the stored one`()
        async throws
    {
        let offered = OfferedStreams(api: try await TestAPI())
        let (source, one, _) = try await offered.siblings()
        let ask: JSON = ["connectionId": one, "withRefreshedCatalog": true]
        let same = try await offered.api.post("web_backend/connections/get", ask)
        #expect(same["catalogDiff"] == ["transforms": []] && same["schemaChange"] == "no_change")
        let found = try await offered.offer(["id", "at", "year"], at: source)
        let read = try await offered.api.post("web_backend/connections/get", ask)
        #expect(read["schemaChange"] == "non_breaking" && read["catalogId"] == found)
        #expect(read["catalogDiff"]?["transforms"]?[0]?["streamDescriptor"] == ["name": "films"])
        let stream = read["syncCatalog"]?["streams"]?[0]
        #expect(stream?["stream"]?["jsonSchema"]?["properties"]?["year"] != nil)
        #expect(stream?["config"]?["selected"] == true && stream?["config"]?["cursorField"] == ["at"])
        let failure = FailureReason(.source, .transient, "Nobody is there.", at: TestAPI.now)
        offered.api.calls.script(DiscoverAnswer(catalogID: nil, failure: failure, call: ScriptedCalls.record))
        let stale = try await offered.api.post("web_backend/connections/get", ask)
        #expect(stale.status == 200 && stale["catalogDiff"] == nil)
        #expect(stale["syncCatalog"]?["streams"]?[0]?["stream"]?["jsonSchema"]?["properties"]?["year"] == nil)
    }

    @Test func `a connection comes with its operations`() async throws {
        let api = try await TestAPI()
        let workspace = JSON.string(api.workspace.description)
        let hook: JSON = ["workspaceId": workspace, "name": "Tell", "operatorConfiguration": Self.hook]
        var body: JSON = [
            "sourceId": .string(try await api.makeSource()), "destinationId": .string(try await api.makeDestination()),
            "status": "active", "operations": [hook],
        ]
        let made = try await api.post("web_backend/connections/create", body)
        let id = JSON.string(try made.text("connectionId"))
        let operation = try #require(made["operations"]?[0]?["operationId"])
        #expect(made["operationIds"] == [operation])
        let listed = try await api.post("operations/list", ["connectionId": id])
        #expect(listed["operations"]?[0]?["name"] == "Tell")
        var changed = hook
        changed["operationId"] = operation
        changed["name"] = "Tell them"
        var second = hook
        second["name"] = "Tell others"
        let updated = try await api.post(
            "web_backend/connections/update", ["connectionId": id, "operations": [changed, second]])
        #expect(updated["operations"]?.arrayValue?.map { $0["name"] } == ["Tell them", "Tell others"])
        #expect(try await api.post("operations/get", ["operationId": operation])["name"] == "Tell them")
        let kept = try await api.post("web_backend/connections/update", ["connectionId": id, "name": "New"])
        #expect(kept["name"] == "New" && kept["operations"]?.arrayValue?.count == 2)
        // Nothing is made where an operation is wrong.
        body["operations"] = [["name": "Odd", "operatorConfiguration": ["operatorType": "webhook"]]]
        #expect(try await api.post("web_backend/connections/create", body).status == 400)
        let list = try await api.post("connections/list", ["workspaceId": workspace])
        #expect(list["connections"]?.arrayValue?.count == 1)
    }

    @Test(arguments: [true, false])
    func `streams that change start anew unless that is left out`(supportsRefreshes: Bool) async throws {
        let offered = OfferedStreams(api: try await TestAPI(supportsRefreshes: supportsRefreshes))
        let (_, one, other) = try await offered.siblings()
        let full = OfferedStreams.wire(["id", "at"], ["syncMode": "full_refresh", "destinationSyncMode": "overwrite"])
        let quiet = try await offered.api.post(
            "web_backend/connections/update", ["connectionId": one, "syncCatalog": full, "skipReset": true])
        #expect(quiet["isSyncing"] == false)
        let loud = try await offered.api.post(
            "web_backend/connections/update", ["connectionId": other, "syncCatalog": full])
        #expect(loud["isSyncing"] == true)
        let id = try #require(other.stringValue.flatMap { ConnectionID($0) })
        let (resets, refreshes) = try await offered.api.database.read { session in
            (try session.pendingResets(of: id), try session.pendingRefreshes(of: id))
        }
        #expect(resets.count == (supportsRefreshes ? 0 : 1) && refreshes.count == (supportsRefreshes ? 1 : 0))
    }

    @Test func `two discoveries are compared, for a connection too, and what breaks it is written down when asked to`()
        async throws
    {
        let offered = OfferedStreams(api: try await TestAPI())
        let (source, one, _) = try await offered.siblings()
        let before = try #require(
            try await offered.api.post("connections/get", ["connectionId": one])["sourceCatalogId"])
        let after = try await offered.offer(["id"], at: source)
        let ask: JSON = ["current_catalog_id": before, "new_catalog_id": after]
        let plain = try await offered.api.post("catalogs/diff", ask)
        #expect(plain["catalog_diff"]?["transforms"]?.arrayValue?.count == 1 && plain["merged_catalog"] == nil)
        var own = ask
        own["connection_id"] = one
        let read = try await offered.api.post("catalogs/diff", own)
        #expect(read["schema_change"] == "breaking")
        #expect(read["merged_catalog"]?["streams"]?[0]?["config"]?["selected"] == true)
        #expect(try await offered.api.post("connections/get", ["connectionId": one])["status"] == "active")
        own["persist_changes"] = true
        _ = try await offered.api.post("catalogs/diff", own)
        let broken = try await offered.api.post("connections/get", ["connectionId": one])
        #expect(broken["breakingChange"] == true && broken["status"] == "inactive")
        let same = try await offered.api.post(
            "catalogs/diff", ["current_catalog_id": before, "new_catalog_id": before])
        #expect(same["schema_change"] == "no_change")
    }
}
