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

struct ConnectorTests {
    private static let canary = "canary-7c1f9e"

    @Test func `a source is created, read, listed and deleted`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeSource()
        let read = try await api.post("sources/get", ["sourceId": .string(id)])
        #expect(read.status == 200)
        #expect(read["name"] == "Shop")
        #expect(read["sourceName"] == "Test source")
        #expect(read["sourceDefinitionId"] == .string(api.sourceDefinition.id.description))
        #expect(read["workspaceId"] == .string(api.workspace.description))
        #expect(read["createdAt"] == .integer(TestAPI.now.seconds))
        #expect(!read.holdsNull)
        let home: JSON = ["workspaceId": .string(api.workspace.description)]
        let list = try await api.post("sources/list", home)
        #expect(list["sources"]?.arrayValue?.compactMap { $0["sourceId"] } == [.string(id)])
        #expect(try await api.post("sources/delete", ["sourceId": .string(id)]).status == 204)
        #expect(try await api.post("sources/get", ["sourceId": .string(id)]).status == 404)
        #expect(try await api.post("sources/list", home)["sources"] == [])
    }

    @Test func `a destination is checked as it would be, changed in part and deleted`() async throws {
        let schema: JSON = [
            "type": "object", "required": ["bucket"],
            "properties": ["bucket": ["type": "string"], "key": ["type": "string", "airbyte_secret": true]],
        ]
        let api = try await TestAPI(destinationSchema: schema)
        let made = try await api.post(
            "destinations/create",
            [
                "workspaceId": .string(api.workspace.description), "name": "Lake",
                "destinationDefinitionId": .string(api.destinationDefinition.id.description),
                "connectionConfiguration": ["bucket": "a", "key": .string(Self.canary)],
            ])
        let id: JSON = ["destinationId": .string(try made.text("destinationId"))]
        var check = id
        check["name"] = "Lake"
        check["connectionConfiguration"] = ["bucket": "b", "key": "**********"]
        #expect(try await api.post("destinations/check_connection_for_update", check)["status"] == "succeeded")
        #expect(api.calls.configuration == ["bucket": "b", "key": .string(Self.canary)])
        #expect(try await api.post("destinations/get", id).json == made.json)
        var part = id
        part["connectionConfiguration"] = ["bucket": "c"]
        let changed = try await api.post("destinations/partial_update", part)
        #expect(changed["connectionConfiguration"] == ["bucket": "c", "key": "**********"])
        #expect(changed["name"] == "Lake")
        #expect(try await api.post("destinations/get", id).json == changed.json)
        #expect(try await api.post("destinations/delete", id).status == 204)
        #expect(try await api.post("destinations/get", id).status == 404)
        #expect(try await api.post("destinations/partial_update", part).status == 404)
    }

    @Test func `pages of a list follow one another`() async throws {
        let api = try await TestAPI()
        for _ in 0..<3 { _ = try await api.makeSource() }
        var body: JSON = ["workspaceId": .string(api.workspace.description), "pageSize": 2]
        let first = try await api.post("sources/list", body)
        #expect(first["sources"]?.arrayValue?.count == 2)
        #expect(first["num_connections"] == 3)
        body["cursor"] = first["sources"]?[1]?["sourceId"]
        let second = try await api.post("sources/list", body)
        #expect(second["sources"]?.arrayValue?.count == 1)
    }

    @Test func `a configuration that lacks what its connector requires is 422 and names it`() async throws {
        let api = try await TestAPI()
        var body: JSON = [
            "workspaceId": .string(api.workspace.description), "name": "Shop",
            "sourceDefinitionId": .string(api.sourceDefinition.id.description),
        ]
        body["connectionConfiguration"] = ["host": "db"]
        let flat = try await api.post("sources/create", body)
        #expect(flat.status == 422)
        #expect(try flat.text("message").hasSuffix("Errors: password is missing"))
        body["connectionConfiguration"] = ["host": "db", "password": "x", "tunnel": [:]]
        #expect(try await api.post("sources/create", body).text("message").hasSuffix("Errors: tunnel.key is missing"))
        body["connectionConfiguration"] = "host=db"
        #expect(try await api.post("sources/create", body).status == 422)
    }

    @Test func `a secret is masked in every answer and kept when the mask comes back`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeSource(["host": "db", "password": .string(Self.canary)]))
        let read = try await api.post("sources/get", ["sourceId": id])
        #expect(read["connectionConfiguration"] == ["host": "db", "password": "**********"])
        let masked: JSON = ["host": "other", "password": "**********"]
        let update = try await api.post(
            "sources/update", ["sourceId": id, "name": "Shop 2", "connectionConfiguration": masked])
        #expect(update.status == 200)
        #expect(update["name"] == "Shop 2")
        #expect(update["connectionConfiguration"] == masked)
        let check = try await api.post(
            "sources/check_connection_for_update",
            ["sourceId": id, "name": "Shop", "connectionConfiguration": masked])
        #expect(check["status"] == "succeeded")
        #expect(api.calls.configuration == ["host": "other", "password": .string(Self.canary)])
    }

    @Test func `a source made beside the deletion of its definition goes with it or is refused`() async throws {
        let api = try await TestAPI(.postgres)
        let id = JSON.string(api.sourceDefinition.id.description)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let body: JSON = [
                        "workspaceId": .string(api.workspace.description), "name": "Shop", "sourceDefinitionId": id,
                        "connectionConfiguration": ["host": "db", "password": "hunter2"],
                    ]
                    return try await api.post("sources/create", body).status
                }
            }
            group.addTask { try await api.post("source_definitions/delete", ["sourceDefinitionId": id]).status }
            for try await status in group { #expect([200, 204, 404].contains(status)) }
        }
        let (sources, secrets) = try await api.database.read { session in
            (
                try session.connectors(.source, workspace: api.workspace),
                try session.value("SELECT count(*) FROM secret", as: Int.self)
            )
        }
        #expect(sources.isEmpty)
        #expect(secrets == 0)
    }

    @Test func `a mask on creation is refused`() async throws {
        let api = try await TestAPI()
        let answer = try await api.post(
            "sources/create",
            [
                "workspaceId": .string(api.workspace.description), "name": "Shop",
                "sourceDefinitionId": .string(api.sourceDefinition.id.description),
                "connectionConfiguration": ["host": "db", "password": "**********"],
            ])
        #expect(answer.status == 422)
        #expect(try answer.text("message").hasPrefix("password is masked"))
    }

    @Test func `no table, no answer and no log holds a secret`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeSource(["host": "db", "password": .string(Self.canary)]))
        let configuration: JSON = ["host": "db", "password": .string(Self.canary + "-2")]
        var answers = [
            try await api.post(
                "sources/update", ["sourceId": id, "name": "Shop", "connectionConfiguration": configuration]),
            try await api.post("sources/get", ["sourceId": id]),
            try await api.post("sources/list", ["workspaceId": .string(api.workspace.description)]),
            try await api.post(
                "sources/update",
                ["sourceId": id, "name": "Shop", "connectionConfiguration": ["password": .string(Self.canary)]]),
        ]
        #expect(answers.map(\.status) == [200, 200, 200, 422])
        let body = #"{"sourceId":"x","connectionConfiguration":{"password":"\#(Self.canary)"}"#
        answers.append(try await api.send(.post, "/api/v1/sources/update", body))
        #expect(answers.allSatisfy { !$0.body.contains(Self.canary) })
        #expect(!api.log.text.contains(Self.canary))
        let stored = try await api.database.read { session in
            try session.rows("SELECT name FROM sqlite_master WHERE type = 'table'").flatMap { table in
                try session.rows(Query(trusted: "SELECT * FROM \"\(table.get("name", as: String.self))\""))
            }
        }
        #expect(stored.count > 5)
        for value in stored.flatMap(\.values) {
            switch value {
            case .text(let text): #expect(!text.contains(Self.canary))
            case .bytes(let bytes): #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.canary))
            default: break
            }
        }
    }

    @Test func `a deleted source takes its secrets, its connections and their jobs along`() async throws {
        let api = try await TestAPI()
        let connection = JSON.string(try await api.makeConnection())
        let job = try await api.post("connections/sync", ["connectionId": connection])
        let id = try #require(try await api.post("connections/get", ["connectionId": connection])["sourceId"])
        #expect(try await api.post("sources/delete", ["sourceId": id]).status == 204)
        #expect(try await api.post("connections/get", ["connectionId": connection])["status"] == "deprecated")
        let after = try await api.post("jobs/get_light", ["id": try #require(job["job"]?["id"])])
        #expect(after["job"]?["status"] == "cancelled")
        let secrets = try await api.database.read { try $0.value("SELECT count(*) FROM secret", as: Int.self) }
        #expect(secrets == 0)
    }

    @Test func `a check that failed and one that could not run tell the two apart`() async throws {
        let api = try await TestAPI()
        let id: JSON = ["destinationId": .string(try await api.makeDestination())]
        api.calls.script(
            CheckAnswer(succeeded: false, message: "No route to db.", failure: nil, call: ScriptedCalls.record))
        let failed = try await api.post("destinations/check_connection", id)
        #expect(failed.status == 200)
        #expect(failed["status"] == "failed")
        #expect(failed["message"] == "No route to db.")
        #expect(failed["jobInfo"]?["succeeded"] == true)
        #expect(failed["jobInfo"]?["configType"] == "check_connection_destination")
        let reason = FailureReason(.destination, .system, "The connector died.", at: TestAPI.now)
        api.calls.script(CheckAnswer(succeeded: nil, message: nil, failure: reason, call: ScriptedCalls.record))
        let died = try await api.post("destinations/check_connection", id)
        #expect(died["status"] == nil)
        #expect(died["jobInfo"]?["succeeded"] == false)
        #expect(died["jobInfo"]?["failureReason"]?["externalMessage"] == "The connector died.")
        #expect(died["jobInfo"]?["failureReason"]?["timestamp"] == .integer(TestAPI.now.milliseconds))
    }
}
