import API
import HTTP
import JSON
import Model
import SQL
import TestKit
import Testing

@Suite("Requests that are sent again, and updates of what has changed")
struct RepeatedRequestTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `the same key makes one thing, however often it is sent`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let body = #"{"workspaceId":"\#(api.workspace)","name":"gold","color":"FFD700"}"#
        let key = ["Idempotency-Key": "order 66"]
        let first = try await api.send(.post, "/api/public/v1/tags", body, with: key)
        let again = try await api.send(.post, "/api/public/v1/tags", body, with: key)
        #expect(first.status == 200 && again.status == 200)
        #expect(again.body == first.body && again.headers["Idempotent-Replayed"] == "true")
        #expect(again.headers["Content-Type"] == "application/json")
        let other = try await api.send(
            .post, "/api/public/v1/tags", body.replacing("gold", with: "lead"), with: key)
        #expect(other.status == 422)
        let tags = try await api.send(.get, "/api/public/v1/tags?workspaceIds=\(api.workspace)")
        #expect(tags["data"]?.arrayValue?.count == 1)
        let malformed = try await api.send(.post, "/api/public/v1/tags", body, with: ["Idempotency-Key": ""])
        #expect(malformed.status == 400)
    }

    @Test func `what failed under a key may be sent again under it`() async throws {
        let api = try await TestAPI()
        let key = ["Idempotency-Key": "k"]
        let body = #"{"workspaceId":"\#(api.workspace)","name":"gold","color":"gold"}"#
        #expect(try await api.send(.post, "/api/v1/tags/create", body, with: key).status == 400)
        #expect(try await api.send(.post, "/api/v1/tags/create", body, with: key).status == 400)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `many at once under one key make one thing`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let body = #"{"workspaceId":"\#(api.workspace)","name":"gold","color":"FFD700"}"#
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await api.send(.post, "/api/v1/tags/create", body, with: ["Idempotency-Key": "k"]).status
                }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { [200, 409].contains($0) } && statuses.contains(200))
        let tags = try await api.send(.get, "/api/public/v1/tags?workspaceIds=\(api.workspace)")
        #expect(tags["data"]?.arrayValue?.count == 1)
    }

    @Test func `an update of what has changed meanwhile is refused`() async throws {
        let api = try await TestAPI()
        let made = try await api.post(
            "tags/create", ["workspaceId": .string(api.workspace.description), "name": "gold", "color": "FFD700"])
        let path = "/api/public/v1/tags/\(try made.text("tagId"))"
        let tag = try #require(try await api.send(.get, path).headers["ETag"])
        let known = try await api.send(.get, path, with: ["If-None-Match": tag])
        #expect(known.status == 304 && known.body.isEmpty)
        #expect(try await api.send(.patch, path, #"{"name":"or"}"#, with: ["If-Match": tag]).status == 200)
        let late = try await api.send(.patch, path, #"{"name":"aurum"}"#, with: ["If-Match": tag])
        #expect(late.status == 412)
        #expect(try await api.send(.get, path)["name"] == "or")
        #expect(try await api.send(.patch, path, #"{"name":"aurum"}"#, with: ["If-Match": "*"]).status == 200)
    }
}
