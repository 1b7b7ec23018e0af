import HTTP
import JSON
import Model
import SQL
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

    @Test func `the instance tells what clients need to begin`() async throws {
        let api = try await TestAPI()
        let answer = try await api.send(.get, "/api/v1/instance_configuration")
        #expect(answer["defaultWorkspaceId"] == .string(api.workspace.description))
        #expect(answer["auth"] == ["mode": "none"])
        #expect(answer["edition"] == "community")
        let workspace = try await api.post("workspaces/get", ["workspaceId": .string(api.workspace.description)])
        for key in ["workspaceId", "organizationId", "customerId", "name", "slug", "initialSetupComplete"] {
            #expect(workspace[key] != nil, "\(key)")
        }
    }
}
