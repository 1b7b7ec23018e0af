import HTTP
import JSON
import Model
import Testing
import Time

struct WebTests {
    @Test func `a cron expression is told in words and times`() async throws {
        let api = try await TestAPI()
        let answer = try await api.post(
            "web_backend/describe_cron_expression", ["cronExpression": "0 30 9 ? * MON-FRI"])
        #expect(answer["cronExpression"] == "0 30 9 ? * MON-FRI")
        #expect(answer["description"] == "At 09:30, on Monday to Friday")
        // 2027-01-15 is a Friday, 08:00 in Greenwich.
        let times = (answer["nextExecutions"]?.arrayValue ?? []).compactMap(\.intValue)
        let now = Int(TestAPI.now.seconds)
        #expect(
            times
                == [5400, 5400 + 3 * 86_400, 5400 + 4 * 86_400, 5400 + 5 * 86_400, 5400 + 6 * 86_400].map { now + $0 })
        let over = try await api.post(
            "web_backend/describe_cron_expression", ["cronExpression": "0 0 0 1 1 ? 2020"])
        #expect(over["nextExecutions"] == [])
        #expect(try await api.post("web_backend/describe_cron_expression", ["cronExpression": "soon"]).status == 400)
    }

    @Test func `the web interface is told what it runs against`() async throws {
        let api = try await TestAPI()
        let config = try await api.send(.get, "/api/v1/web_backend/config")
        #expect(config.json == ["version": "0.1.0", "edition": "community"])
        let updates = try await api.post("web_backend/check_updates")
        #expect(updates.json == ["sourceDefinitions": 0, "destinationDefinitions": 0])
    }

    @Test func `a configuration is checked and a source discovered by the scheduler's old names`() async throws {
        let offered = OfferedStreams(api: try await TestAPI())
        let api = offered.api
        let workspace = JSON.string(api.workspace.description)
        var core: JSON = [
            "workspaceId": workspace, "sourceDefinitionId": .string(api.sourceDefinition.id.description),
            "connectionConfiguration": ["host": "db", "password": "swordfish"],
        ]
        #expect(try await api.post("scheduler/sources/check_connection", core)["status"] == "succeeded")
        #expect(api.calls.configuration?["password"] == "swordfish")
        let destination = try await api.post(
            "scheduler/destinations/check_connection",
            [
                "workspaceId": workspace,
                "destinationDefinitionId": .string(api.destinationDefinition.id.description),
                "connectionConfiguration": [:],
            ])
        #expect(destination["jobInfo"]?["configType"] == "check_connection_destination")
        let source = JSON.string(try await api.makeSource())
        try await offered.offer(["id", "at"], at: source)
        core["sourceId"] = source
        #expect(try await api.post("scheduler/sources/discover_schema", core).status == 422)
        core["connectionConfiguration"]?["password"] = "**********"
        let found = try await api.post("scheduler/sources/discover_schema", core)
        #expect(found["catalog"]?["streams"]?[0]?["stream"]?["name"] == "films")
    }
}
