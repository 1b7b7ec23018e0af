import Access
import JSON
import Model
import Posix
import SQL
import TestKit
import Testing

struct WorkspaceTests {
    private static let zero = JSON.string(UUID.zero.description)

    private static func make(_ api: TestAPI, _ name: String) async throws -> JSON {
        let made = try await api.post("workspaces/create", ["name": .string(name), "organizationId": zero])
        return try #require(made["workspaceId"], "\(made.body)")
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `workspaces are found by organization, person, id, slug and connection`(_ engine: Dialect.Engine) async throws
    {
        let api = try await TestAPI(engine)
        let second = try await Self.make(api, "Second floor")
        let home = JSON.string(api.workspace.description)
        func names(_ answer: Answer) -> [String] {
            answer["workspaces"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        }
        let all = try await api.post("workspaces/list_by_organization_id", ["organizationId": Self.zero])
        #expect(Set(names(all)) == ["Home", "Second floor"])
        let some = try await api.post(
            "workspaces/list_by_organization_id",
            ["organizationId": Self.zero, "nameContains": "FLOOR", "pagination": ["pageSize": 5, "rowOffset": 0]])
        #expect(names(some) == ["Second floor"])
        let own = try await api.post(
            "workspaces/list_by_user_id", ["userId": Self.zero, "pagination": ["pageSize": 1, "rowOffset": 1]])
        #expect(names(own).count == 1)
        let paged = try await api.post(
            "workspaces/list_paginated", ["workspaceIds": [second], "pagination": ["pageSize": 20, "rowOffset": 0]])
        #expect(names(paged) == ["Second floor"])
        let slug = try await api.post("workspaces/get_by_slug", ["slug": "second-floor"])
        #expect(slug["workspaceId"] == second)
        #expect(try await api.post("workspaces/get_by_slug", ["slug": "third-floor"]).status == 404)
        let connection = JSON.string(try await api.makeConnection())
        let found = try await api.post("workspaces/get_by_connection_id", ["connectionId": connection])
        #expect(found["workspaceId"] == home)
        let nowhere: JSON = ["organizationId": .string(UUID().description)]
        #expect(try await api.post("workspaces/list_by_organization_id", nowhere).status == 404)
        let bad: JSON = ["organizationId": Self.zero, "pagination": ["pageSize": 0]]
        #expect(try await api.post("workspaces/list_by_organization_id", bad).status == 400)
    }

    @Test func `a workspace under a given id is made once`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(UUID().description)
        let body: JSON = ["id": id, "name": "Mine", "organizationId": Self.zero]
        let made = try await api.post("workspaces/create_if_not_exist", body)
        #expect(made["workspaceId"] == id)
        var again = body
        again["name"] = "Yours"
        #expect(try await api.post("workspaces/create_if_not_exist", again).json == made.json)
        #expect(try await api.post("workspaces/get", ["workspaceId": id]).json == made.json)
        _ = try await api.post("workspaces/delete", ["workspaceId": id])
        #expect(try await api.post("workspaces/create_if_not_exist", body).status == 409)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a deleted workspace takes all that is in it along and leaves a tombstone`(_ engine: Dialect.Engine)
        async throws
    {
        let api = try await TestAPI(engine)
        let home: JSON = ["workspaceId": .string(api.workspace.description)]
        let connection = JSON.string(try await api.makeConnection())
        let source = try #require(try await api.post("connections/get", ["connectionId": connection])["sourceId"])
        #expect(try await api.post("workspaces/delete", home).status == 204)
        #expect(try await api.post("workspaces/get", home).status == 404)
        var withTombstone = home
        withTombstone["includeTombstone"] = true
        #expect(try await api.post("workspaces/get", withTombstone)["tombstone"] == true)
        #expect(try await api.post("workspaces/list")["workspaces"] == [])
        let ids: JSON = ["workspaceIds": [.string(api.workspace.description)], "includeDeleted": true]
        let deleted = try await api.post("workspaces/list_paginated", ids)
        #expect(deleted["workspaces"]?[0]?["tombstone"] == true)
        #expect(try await api.post("sources/get", ["sourceId": source]).status == 404)
        #expect(try await api.post("connections/get", ["connectionId": connection])["status"] == "deprecated")
        let secrets = try await api.database.read { try $0.value("SELECT count(*) FROM secret", as: Int.self) }
        #expect(secrets == 0)
        #expect(try await api.post("workspaces/delete", home).status == 404)
    }

}
