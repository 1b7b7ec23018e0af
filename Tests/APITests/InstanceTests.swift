import API
import Access
import Crypto
import Flow
import HTTP
import JSON
import Log
import Model
import SQL
import Secrets
import TestKit
import Testing

struct InstanceTests {
    @Test func `a server that reaches its store is healthy`() async throws {
        let api = try await TestAPI()
        for path in ["/api/v1/health", "/api/v1/health/", "/health"] {
            #expect(try await api.send(.get, path).json == ["available": true])
        }
        let open = try await api.send(.get, "/api/public/v1/health")
        #expect(open.status == 200)
        try await api.database.write { _ = try $0.run("ALTER TABLE workspace RENAME TO gone") }
        #expect(try await api.send(.get, "/api/v1/health").json == ["available": false])
        #expect(try await api.send(.get, "/v1/health").status == 503)
    }

    @Test func `a server whose database does not answer is unhealthy, and says so`() async throws {
        let router = try API.router(
            APIServices(
                database: SilentDatabase(), vault: SecretVault(key: SealingKey()), calls: ScriptedCalls(),
                orders: StoredOrders(database: SilentDatabase(), time: TestAPI.now), log: .silent, version: "0.1.0",
                access: AccessServices(database: SilentDatabase(), key: SealingKey(), settings: AccessSettings())))
        let answer = Answer(await router.respond(to: try HTTPRequest(.get, "/api/v1/health")))
        #expect(answer.json == ["available": false])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the metrics page tells what waits and what was done`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let run = try await FlowClient(database: api.database).start(Idle.self, 1)
        let answer = try await api.send(.get, "/metrics")
        #expect(answer.status == 200)
        #expect(answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = answer.body.split(separator: "\n")
        #expect(lines.contains("swiftlet_runs{queue=\"main\",state=\"due\"} 1"))
        #expect(lines.contains("swiftlet_claim_delay_seconds_count 0"))
        #expect(lines.contains("swiftlet_jobs{status=\"running\"} 0"))
        #expect(lines.contains("swiftlet_schedule_lag_seconds 0"))
        #expect(try await FlowClient(database: api.database).status(run).state == .waiting)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `runs are listed, shown with their history, put off and put back`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let run = try await FlowClient(database: api.database).start(Idle.self, 1)
        let path = "/api/swiftlet/runs/\(run)"
        #expect(try await api.send(.post, path + "/pause").json["run"]?["parkedBecause"] == "paused")
        let parked = try await api.send(.get, "/api/swiftlet/runs?state=parked")
        #expect(parked["data"]?.arrayValue?.count == 1)
        #expect(try await api.send(.get, "/api/swiftlet/runs?before=\(run)")["data"] == [])
        #expect(try await api.send(.post, path + "/resume").json["run"]?["state"] == "waiting")
        let shown = try await api.send(.get, path)
        let kinds = shown["history"]?.arrayValue?.compactMap { $0["kind"]?.stringValue }
        #expect(kinds == ["created", "signalled", "parked", "signalled", "resumed"])
        let hurried = try await api.send(.post, path + "/run_now")
        let signals = hurried["history"]?.arrayValue?.filter { $0["kind"] == "signalled" }
        #expect(signals?.count == 3, "\(hurried.body)")
        #expect(try await api.send(.get, path)["history"] == hurried["history"])
        #expect(try await api.send(.get, "/api/swiftlet/runs/999").status == 404)
        #expect(try await api.send(.get, "/api/swiftlet/runs/one").status == 422)
        #expect(try await api.send(.get, "/api/swiftlet/runs?state=lost").status == 422)
    }

    @Test func `the instance tells what clients need to begin`() async throws {
        let api = try await TestAPI()
        let answer = try await api.send(.get, "/api/v1/instance_configuration")
        #expect(answer["defaultWorkspaceId"] == .string(api.workspace.description))
        #expect(answer["auth"] == ["mode": "none"])
        #expect(answer["edition"] == "community")
        #expect(answer["airbyteUrl"] == "http://127.0.0.1:8000")
        let workspace = try await api.post("workspaces/get", ["workspaceId": .string(api.workspace.description)])
        for key in ["workspaceId", "organizationId", "customerId", "name", "slug", "initialSetupComplete"] {
            #expect(workspace[key] != nil, "\(key)")
        }
    }
}

/// A workflow that no worker of these tests runs.
private struct Idle: Workflow {
    static let name: WorkflowName = "idle"
    func run(_ input: Int, in flow: Flow) async throws -> Int { input }
}
