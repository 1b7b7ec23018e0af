import API
import HTTP
import JSON
import Model
import Posix
import SQL
import TestKit
import Testing

struct ErrorTests {
    private static let nobody = UUID().description

    @Test(
        arguments: [
            ("workspaces/get", "workspaceId", "workspace"), ("sources/get", "sourceId", "source"),
            ("sources/delete", "sourceId", "source"), ("destinations/get", "destinationId", "destination"),
            ("destinations/check_connection", "destinationId", "destination"),
            ("sources/discover_schema", "sourceId", "source"),
            ("source_definitions/get", "sourceDefinitionId", "source definition"),
            ("destination_definitions/delete", "destinationDefinitionId", "destination definition"),
            ("source_definition_specifications/get", "sourceDefinitionId", "source definition"),
            ("connections/get", "connectionId", "connection"), ("connections/delete", "connectionId", "connection"),
            ("connections/sync", "connectionId", "connection"), ("state/get", "connectionId", "connection"),
            ("jobs/get_last_replication_job", "connectionId", "connection"),
        ])
    func `an unknown id is 404 and the message names the kind`(path: String, key: String, kind: String) async throws {
        let api = try await TestAPI()
        let answer = try await api.post(path, [key: .string(Self.nobody)])
        #expect(answer.status == 404)
        #expect(try answer.text("message") == "There is no \(kind) with the id \(Self.nobody).")
        #expect(UUID(try answer.text("errorId")) != nil)
    }

    @Test(arguments: ["jobs/get", "jobs/get_light", "jobs/get_without_logs", "jobs/get_debug_info", "jobs/cancel"])
    func `an unknown job is 404`(path: String) async throws {
        let api = try await TestAPI()
        #expect(try await api.post(path, ["id": 12_345]).status == 404)
    }

    @Test func `every operation names the first member that is missing`() async throws {
        let api = try await TestAPI()
        let free = [
            "workspaces/list", "definitions/list", "definitions/list_latest", "sources/search", "destinations/search",
            "deployment/metadata", "/api/logout", "oauth/access_token", "applications/list",
            "users/list_instance_admin",
            "connections/list_paginated", "connections/search", "web_backend/check_updates",
        ]
        let operations = api.router.routes.filter { route in
            guard api.contracts[route.operation]?.isImplemented == true else { return false }
            // What names its subject in the path needs no body.
            return route.method == .post && !route.path.contains("{") && !free.contains { route.path.hasSuffix($0) }
        }
        #expect(operations.count > 30)
        for route in operations {
            let answer = try await api.send(.post, route.path, "{}")
            #expect(answer.status == 400, "\(route.path)")
            let message = answer["message"]?.stringValue ?? answer["detail"]?.stringValue ?? ""
            #expect(message.hasSuffix(" is missing."), "\(route.path): \(answer.body)")
        }
    }

    @Test(arguments: [
        "{", "nonsense", "[]", "\"text\"", #"{"sourceId":7}"#, #"{"sourceId":"no-uuid"}"#, #"{"sourceId":{}}"#,
        String(repeating: "[", count: 100_000),
    ])
    func `a body that cannot be read is 422`(body: String) async throws {
        let api = try await TestAPI()
        let answer = try await api.send(.post, "/api/v1/sources/get", body)
        #expect(answer.status == 422)
        #expect(answer["errorId"] != nil)
        #expect(answer["message"] != nil)
    }

    @Test func `an unknown word is 422 and the case of words does not matter`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection())
        let unknown = try await api.post("connections/update", ["connectionId": id, "status": "asleep"])
        #expect(unknown.status == 422)
        #expect(unknown["message"] == "status must be one of: active, inactive, deprecated.")
        let answer = try await api.post("connections/update", ["connectionId": id, "status": "INACTIVE"])
        #expect(answer.status == 200)
        #expect(answer["status"] == "inactive")
    }

    @Test func `members that nobody knows are passed over`() async throws {
        let api = try await TestAPI()
        for path in ["workspaces/get", "sources/list", "source_definitions/list_for_workspace"] {
            let body: JSON = ["workspaceId": .string(api.workspace.description), "isNew": [1, "x"]]
            #expect(try await api.post(path, body, isHeld: false).status == 200, "\(path)")
        }
        let made = try await api.post(
            "organizations/create", ["organizationName": "A", "ssoRealm": "x", "isAgentic": false], isHeld: false)
        #expect(made.status == 200)
    }

    @Test func `a text with a NUL is 422`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection())
        #expect(try await api.post("connections/update", ["connectionId": id, "name": "a\u{0}b"]).status == 422)
    }

    @Test func `a wrong method is 405 with the methods allowed`() async throws {
        let api = try await TestAPI()
        let answer = try await api.send(.get, "/api/v1/sources/get")
        #expect(answer.status == 405)
        #expect(answer.headers["Allow"] == "OPTIONS, POST")
        #expect(answer["errorId"] != nil)
    }

    @Test func `a path that leads nowhere is 404 in JSON`() async throws {
        let api = try await TestAPI()
        let answer = try await api.send(.get, "/api/v1/deployment/export")
        #expect(answer.status == 404)
        #expect(answer.headers["Content-Type"] == "application/json")
        #expect(answer["errorId"] != nil)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", ""])
    func `a body that is not JSON by its type is 415`(type: String) async throws {
        let api = try await TestAPI()
        #expect(try await api.send(.post, "/api/v1/sources/get", "{}", type: type).status == 415)
    }

    @Test func `a slash at the end and doubled slashes change nothing`() async throws {
        let api = try await TestAPI()
        for path in ["/api/v1/workspaces/list/", "//api/v1//workspaces/list", "/api/v1/workspaces/list?a=b"] {
            let answer = try await api.send(.post, path, "{}")
            #expect(answer["workspaces"]?[0]?["workspaceId"] == .string(api.workspace.description), "\(path)")
        }
    }

    @Test func `an inner error says only its id, which is in the log with the reason`() async throws {
        let api = try await TestAPI()
        try await api.database.write { _ = try $0.run("DROP TABLE state") }
        let answer = try await api.post("state/get", ["connectionId": .string(try await api.makeConnection())])
        #expect(answer.status == 500)
        #expect(!answer.body.contains("no such table"))
        #expect(api.log.text.contains(try answer.text("errorId")))
        #expect(api.log.text.contains("no such table"))
    }

    @Test func `the server's own errors take the shape of the interface asked`() throws {
        let id = UUID()
        let error = HTTPError(.bodyTooLarge, "Too much.")
        let config = try JSON.parse(API.failureBody(error, "/api/v1/sources/get", id))
        #expect(config == ["errorId": .string(id.description), "message": "Too much."])
        for path in ["/api/public/v1/jobs", "/v1/jobs", "//api//public/v1/jobs", "//v1"] {
            let body = try JSON.parse(API.failureBody(error, path, id))
            #expect(body["status"] == 413)
            #expect(body["title"] == "content-too-large")
            #expect(body["detail"] == "Too much.")
        }
    }

    @Test func `each problem has a title of its own`() {
        let titles = Set(Problem.Code.allCases.map(\.title))
        #expect(titles.count == Problem.Code.allCases.count)
        #expect(Problem.Code.allCases.allSatisfy { (400...599).contains($0.status) })
    }

    @Test func `what the database says becomes a status`() {
        #expect(Problem(DatabaseError(.unavailable, "x")).status == 503)
        #expect(Problem(DatabaseError(.conflict, "x")).status == 409)
        #expect(Problem(DatabaseError(.constraintViolation, "x")).status == 409)
        #expect(Problem(DatabaseError(.decoding, "secret")).message.contains("secret") == false)
        #expect(Problem(CancellationError()).status == 503)
    }
}
