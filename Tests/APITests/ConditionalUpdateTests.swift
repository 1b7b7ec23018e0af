import HTTP
import JSON
import Model
import TestKit
import Testing

@Suite("Updates that hold only for the version that was read")
struct ConditionalUpdateTests {
    /// Reads, updates with the tag that was read, and with that tag once more.
    private func check(
        _ api: TestAPI, _ reading: HTTPMethod, _ readPath: String, _ query: JSON?, _ method: HTTPMethod,
        _ path: String, _ changes: [JSON]
    ) async throws {
        let read = try await api.send(reading, readPath, query?.text ?? "")
        let tag = try #require(read.headers["ETag"], "\(readPath) names no version: \(read.body)")
        let first = try await api.send(method, path, changes[0].text, with: ["If-Match": tag])
        #expect(first.status == 200, "\(path): \(first.body)")
        let second = try await api.send(method, path, changes[1].text, with: ["If-Match": tag])
        #expect(second.status == 412, "\(path): \(second.body)")
        let after = try await api.send(reading, readPath, query?.text ?? "")
        #expect(after.json == first.json, "a refused update of \(path) has changed something")
        let any = try await api.send(method, path, changes[1].text, with: ["If-Match": "*"])
        #expect(any.status == 200)
    }

    @Test func `sources, destinations, connections and workspaces of the Config API`() async throws {
        let api = try await TestAPI()
        let (source, destination) = (try await api.makeSource(), try await api.makeDestination())
        let made = try await api.post(
            "connections/create",
            ["sourceId": .string(source), "destinationId": .string(destination), "status": "inactive"])
        let connection = try made.text("connectionId")
        let workspace = api.workspace.description
        let things: [(String, String, String, JSON)] = [
            ("sources", "sourceId", source, ["connectionConfiguration": ["host": "db", "password": "**********"]]),
            ("destinations", "destinationId", destination, ["connectionConfiguration": [:]]),
            ("connections", "connectionId", connection, [:]), ("workspaces", "workspaceId", workspace, [:]),
            ("web_backend/connections", "connectionId", connection, [:]),
        ]
        for (area, key, id, more) in things {
            let changes = ["One", "Two"].map { name in
                var change = more
                change[key] = .string(id)
                change["name"] = .string(area + name)
                return change
            }
            try await check(
                api, .post, "/api/v1/\(area)/get", [key: .string(id)], .post, "/api/v1/\(area)/update", changes)
        }
        try await check(
            api, .post, "/api/v1/sources/get", ["sourceId": .string(source)], .post, "/api/v1/sources/partial_update",
            [["sourceId": .string(source), "name": "A"], ["sourceId": .string(source), "name": "B"]])
    }

    @Test func `sources, destinations, connections, workspaces and tags of the public API`() async throws {
        let api = try await TestAPI()
        let (source, destination) = (try await api.makeSource(), try await api.makeDestination())
        let made = try await api.post(
            "connections/create",
            ["sourceId": .string(source), "destinationId": .string(destination), "status": "inactive"])
        let tag = try await api.post(
            "tags/create", ["workspaceId": .string(api.workspace.description), "name": "gold", "color": "FFD700"])
        let paths = [
            "sources/\(source)", "destinations/\(destination)", "connections/\(try made.text("connectionId"))",
            "workspaces/\(api.workspace)", "tags/\(try tag.text("tagId"))",
        ]
        for path in paths {
            try await check(
                api, .get, "/v1/\(path)", nil, .patch, "/v1/\(path)", [["name": "One"], ["name": "Two"]])
        }
        try await check(
            api, .get, "/v1/sources/\(source)", nil, .put, "/v1/sources/\(source)",
            ["A", "B"].map { ["name": .string($0), "configuration": ["host": "db", "password": "**********"]] })
    }
}
