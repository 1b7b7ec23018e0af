import HTTP
import JSON
import Model
import SQL
import Store
import TestKit
import Testing

struct ConnectionListTests {
    /// Connections named a to e, of which b has a failed job, c runs, d is inactive and e has succeeded.
    private static func five(_ api: TestAPI) async throws -> [String: JSON] {
        var ids: [String: JSON] = [:]
        for name in ["d", "A", "c", "e", "b"] {
            let status: JSON = name == "d" ? "inactive" : "active"
            ids[name] = .string(try await api.makeConnection(["name": .string(name), "status": status]))
        }
        for (name, status) in [("b", Job.Status.failed), ("c", .running), ("e", .succeeded)] {
            let started = try await api.post("connections/sync", ["connectionId": try #require(ids[name])])
            let job = Int64(try #require(started["job"]?["id"]?.intValue))
            try await api.database.write { session in
                try session.setStatus(.running, of: job, at: TestAPI.now)
                if status != .running { try session.setStatus(status, of: job, at: TestAPI.now) }
            }
        }
        return ids
    }

    private static func names(_ answer: Answer) -> [String] {
        (answer["connections"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }

    @Test(arguments: [Dialect.Engine.sqlite, .postgres])
    func `the web's list is sorted, filtered and paged`(engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let ids = try await Self.five(api)
        func list(_ more: JSONObject = [:]) async throws -> Answer {
            var body: JSON = ["workspaceId": .string(api.workspace.description)]
            for (key, value) in more { body[key] = value }
            return try await api.post("web_backend/connections/list", body)
        }
        let all = try await list()
        #expect(Self.names(all) == ["A", "b", "c", "d", "e"])
        #expect(all["num_connections"] == 5 && all["page_size"] == 20)
        #expect(all["connections"]?[2]?["isSyncing"] == true)
        #expect(all["connections"]?[1]?["latestSyncJobStatus"] == "failed")
        #expect(all["connections"]?[0]?["source"]?["name"] == "Shop")
        #expect(!all.holdsNull)
        let first = try await list(["pageSize": 2])
        #expect(Self.names(first) == ["A", "b"] && first["num_connections"] == 5)
        let second = try await list(["pageSize": 2, "cursor": try #require(ids["b"])])
        #expect(Self.names(second) == ["c", "d"])
        let down = try await list(["sortKey": "connectionName_desc", "cursor": try #require(ids["c"])])
        #expect(Self.names(down) == ["b", "A"])
        // The names are all the same, so the ids decide, and still nothing comes twice.
        for key in ["sourceName_asc", "destinationName_desc", "lastSync_desc"] {
            let one = try await list(["sortKey": .string(key), "pageSize": 3])
            let last = try #require(one["connections"]?[2]?["connectionId"])
            let rest = try await list(["sortKey": .string(key), "pageSize": 3, "cursor": last])
            #expect(Set(Self.names(one) + Self.names(rest)) == ["A", "b", "c", "d", "e"], "\(key)")
        }
        func filtered(_ filters: JSON) async throws -> [String] { Self.names(try await list(["filters": filters])) }
        #expect(try await filtered(["statuses": ["failed"]]) == ["b"])
        #expect(try await filtered(["statuses": ["running", "healthy"]]) == ["c", "e"])
        #expect(try await filtered(["statuses": ["paused"]]) == ["d"])
        #expect(try await filtered(["states": ["inactive"]]) == ["d"])
        #expect(try await filtered(["searchTerm": "SHOP"]).count == 5)
        #expect(try await filtered(["searchTerm": "a"]) == ["A", "b", "c", "d", "e"])
        #expect(try await filtered(["searchTerm": "%"]) == [])
        #expect(try await filtered(["sourceDefinitionIds": [.string(api.sourceDefinition.id.description)]]).count == 5)
        #expect(try await filtered(["destinationDefinitionIds": [.string(DefinitionID().description)]]) == [])
        #expect(try await filtered(["tagIds": [.string(DefinitionID().description)]]) == [])
        let read = try await api.post("connections/get", ["connectionId": try #require(ids["c"])])
        #expect(Self.names(try await list(["sourceId": [try #require(read["sourceId"])]])) == ["c"])
        #expect(Self.names(try await list(["destinationId": [try #require(read["destinationId"])]])) == ["c"])
        #expect(try await list(["sortKey": "colour_asc"]).status == 422)
        #expect(try await list(["pageSize": 0]).status == 400)
        let counts = try await api.post(
            "web_backend/connections/status_counts", ["workspaceId": .string(api.workspace.description)])
        #expect(
            counts.json == [
                "running": 1, "queued": 0, "healthy": 1, "failed": 1, "paused": 1, "notSynced": 1,
            ])
    }

    @Test(arguments: [Dialect.Engine.sqlite, .postgres])
    func `connections are found across workspaces, page by page and by what they are like`(
        engine: Dialect.Engine
    ) async throws {
        let api = try await TestAPI(engine)
        let ids = try await Self.five(api)
        _ = try await api.post("connections/delete", ["connectionId": try #require(ids["d"])])
        let workspaces: JSON = [.string(api.workspace.description)]
        let page = try await api.post(
            "connections/list_paginated",
            ["workspaceIds": workspaces, "pagination": ["pageSize": 2, "rowOffset": 1]])
        #expect(page["connections"]?.arrayValue?.count == 2)
        let all = try await api.post("connections/list_paginated", ["includeDeleted": true])
        #expect(Set(Self.names(all)) == ["A", "b", "c", "d", "e"])
        #expect(Self.names(try await api.post("connections/search", ["name": "c"])) == ["c"])
        #expect(Self.names(try await api.post("connections/search", ["status": "deprecated"])) == ["d"])
        #expect(
            try await api.post("connections/search", ["source": ["name": "Shop"], "scheduleType": "manual"])[
                "connections"]?
                .arrayValue?.count == 4)
        #expect(Self.names(try await api.post("connections/search", ["destination": ["name": "Nowhere"]])) == [])
        let made = try await api.post(
            "connections/list_by_actor_definition",
            ["actorDefinitionId": .string(api.destinationDefinition.id.description), "actorType": "destination"])
        #expect(Set(Self.names(made)) == ["A", "b", "c", "e"])
        let none = try await api.post(
            "connections/list_by_actor_definition",
            ["actorDefinitionId": .string(api.destinationDefinition.id.description), "actorType": "source"])
        #expect(Self.names(none) == [])
    }

    @Test func `jobs are listed across workspaces`() async throws {
        let api = try await TestAPI()
        _ = try await Self.five(api)
        let list = try await api.post(
            "jobs/list_for_workspaces",
            ["configTypes": ["sync"], "workspaceIds": [.string(api.workspace.description)]])
        #expect(list["totalJobCount"] == 3)
        let other = try await api.post(
            "jobs/list_for_workspaces",
            ["configTypes": ["sync"], "workspaceIds": [.string(WorkspaceID().description)]])
        #expect(other["totalJobCount"] == 0)
    }

    @Test func `a workspace tells whether there is anything in it`() async throws {
        let api = try await TestAPI()
        let workspace: JSON = ["workspaceId": .string(api.workspace.description)]
        let before = try await api.post("web_backend/workspace/state", workspace)
        #expect(before.json == ["hasConnections": false, "hasSources": false, "hasDestinations": false])
        _ = try await api.makeConnection()
        let after = try await api.post("web_backend/workspace/state", workspace)
        #expect(after.json == ["hasConnections": true, "hasSources": true, "hasDestinations": true])
    }
}
