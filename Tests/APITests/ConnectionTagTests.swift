import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import TestKit
import Testing

@Suite("Tags of connections, in both interfaces")
struct ConnectionTagTests {
    private static func tag(_ api: TestAPI, _ name: String) async throws -> JSON {
        let made = try await api.post(
            "tags/create",
            ["workspaceId": .string(api.workspace.description), "name": .string(name), "color": "FFD700"])
        #expect(made.status == 200, "\(made.body)")
        return made.json
    }

    private static func ends(_ api: TestAPI) async throws -> JSON {
        [
            "sourceId": .string(try await api.makeSource()), "destinationId": .string(try await api.makeDestination()),
            "status": "active",
        ]
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `tags are given on creation, replaced by an update and shown everywhere`(_ engine: Dialect.Engine) async throws
    {
        let api = try await TestAPI(engine)
        let (gold, blue) = (try await Self.tag(api, "gold"), try await Self.tag(api, "blue"))
        var wish = try await Self.ends(api)
        wish["tags"] = [gold]
        let made = try await api.post("connections/create", wish)
        #expect(made["tags"] == [gold])
        let id = JSON.string(try made.text("connectionId"))
        #expect(try await api.post("connections/get", ["connectionId": id])["tags"] == [gold])
        let path = "/v1/connections/\(try made.text("connectionId"))"
        #expect(try await api.send(.get, path)["tags"] == [gold])

        let patched = try await api.send(.patch, path, JSON.object(["tags": [blue, gold]]).text)
        #expect(patched["tags"] == [blue, gold], "by name")
        #expect(try await api.post("web_backend/connections/get", ["connectionId": id])["tags"] == [blue, gold])
        let renamed = try await api.post("connections/update", ["connectionId": id, "name": "Renamed"])
        #expect(renamed["tags"] == [blue, gold], "what an update does not name stays")
        let none = try await api.post("web_backend/connections/update", ["connectionId": id, "tags": []])
        #expect(none["tags"] == [])
        #expect(try await api.send(.get, path)["tags"] == [])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `lists are narrowed to connections with one of the tags`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let (gold, blue) = (try await Self.tag(api, "gold"), try await Self.tag(api, "blue"))
        var ids: [String] = []
        for tags in [[gold], [gold, blue], []] as [[JSON]] {
            var wish = try await Self.ends(api)
            wish["tags"] = .array(tags)
            ids.append(try await api.post("connections/create", wish).text("connectionId"))
        }
        func named(_ answer: Answer, _ key: String) -> Set<String> {
            Set((answer[key]?.arrayValue ?? []).compactMap { $0["connectionId"]?.stringValue })
        }
        let (goldID, blueID) = (gold["tagId"]?.stringValue ?? "", blue["tagId"]?.stringValue ?? "")
        #expect(named(try await api.send(.get, "/v1/connections?tagIds=\(goldID)"), "data") == Set(ids[0...1]))
        #expect(named(try await api.send(.get, "/v1/connections?tagIds=\(blueID)"), "data") == [ids[1]])
        #expect(named(try await api.send(.get, "/v1/connections"), "data") == Set(ids))
        let workspace = JSON.string(api.workspace.description)
        let page = try await api.post(
            "web_backend/connections/list",
            ["workspaceId": workspace, "filters": ["tagIds": [.string(blueID)]]])
        #expect(named(page, "connections") == [ids[1]] && page["num_connections"] == 1)
        #expect(page["connections"]?[0]?["tags"] == [blue, gold])
        let paged = try await api.post(
            "connections/list_paginated", ["workspaceIds": [workspace], "tagIds": [.string(blueID)]])
        #expect(named(paged, "connections") == [ids[1]])

        #expect(try await api.post("tags/delete", ["tagId": .string(blueID)]).status == 204)
        #expect(try await api.post("connections/get", ["connectionId": .string(ids[1])])["tags"] == [gold])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a tag is changed in one interface, read in the other and taken away`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let id = try #require(try await Self.tag(api, "gold")["tagId"]?.stringValue)
        let changed = try await api.post(
            "tags/update", ["tagId": .string(id), "name": "silver", "color": "C0C0C0"])
        #expect(changed["name"] == "silver" && changed["color"] == "C0C0C0")
        #expect(try await api.send(.get, "/v1/tags/\(id)").json == changed.json)
        #expect(try await api.send(.delete, "/v1/tags/\(id)").status == 204)
        #expect(try await api.send(.get, "/v1/tags/\(id)").status == 404)
        let left = try await api.post("tags/list", ["workspaceId": .string(api.workspace.description)])
        #expect(left.json == [])
    }

    @Test func `a tag of another workspace, or of none, is not found and nothing is made`() async throws {
        let api = try await TestAPI()
        let other = Workspace(name: "Other", slug: "other", createdAt: TestAPI.now)
        try await api.database.write { try $0.seed(other) }
        let foreign = try await api.post(
            "tags/create", ["workspaceId": .string(other.id.description), "name": "theirs", "color": "0000FF"])
        for tag in [foreign.json, ["tagId": .string(UUID().description)]] {
            var wish = try await Self.ends(api)
            wish["tags"] = [tag]
            #expect(try await api.post("connections/create", wish).status == 404)
        }
        let listed = try await api.post("connections/list", ["workspaceId": .string(api.workspace.description)])
        #expect(listed["connections"] == [])
    }
}
