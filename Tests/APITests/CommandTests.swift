import Airbyte
import HTTP
import JSON
import Model
import SQL
import Sync
import TestKit
import Testing

struct CommandTests {
    /// Ends the one run that waits, in a worker's place.
    private static func answer(_ api: TestAPI, _ output: JSON) async throws {
        _ = try await api.database.write { session in
            try session.run(
                """
                UPDATE run SET state = 'succeeded', output = \(output.text), claims = 1,
                               ended_at = \(session.dialect.now), worker_id = NULL
                WHERE state = 'waiting'
                """)
        }
    }

    private static func output(_ answer: some Encodable) throws -> JSON { try JSON.encode(answer) }

    @Test(arguments: [Dialect.Engine.sqlite, .postgres])
    func `a check is started, followed and read, and its id counts once`(engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let id: JSON = ["id": "4c1d1c4e-0000-4000-8000-000000000001"]
        var ask = id
        ask["actor_id"] = .string(try await api.makeSource())
        #expect(try await api.post("commands/run/check", ask).json == id)
        #expect(try await api.post("commands/run/check", ask).json == id)
        #expect(try await api.post("commands/status", id)["status"] == "pending")
        #expect(try await api.post("commands/output/check", id).status == 409)
        let verdict = CheckAnswer(succeeded: true, message: "All is well.", failure: nil, call: ScriptedCalls.record)
        try await Self.answer(api, Self.output(verdict))
        #expect(try await api.post("commands/status", id)["status"] == "completed")
        let read = try await api.post("commands/output/check", id)
        #expect(read["status"] == "succeeded" && read["message"] == "All is well." && read["logs"] == nil)
        var wish = id
        wish["with_logs"] = true
        #expect(try await api.post("commands/output/check", wish)["logs"]?["logLines"] == ["one line"])
        #expect(try await api.post("commands/output/spec", id).status == 404)
        #expect(try await api.post("commands/status", ["id": "unheard of"]).status == 404)
        // The same id for something else would mix up two answers.
        #expect(try await api.post("commands/run/discover", ask).status == 409)
    }

    @Test func `a configuration that is not saved is checked, and none of its secrets is in the run`() async throws {
        let api = try await TestAPI()
        let ask: JSON = [
            "id": "one", "workspace_id": .string(api.workspace.description),
            "actor_definition_id": .string(api.sourceDefinition.id.description),
            "config": ["host": "db", "password": "swordfish"],
        ]
        #expect(try await api.post("commands/run/check", ask).status == 200)
        let source = try await api.makeSource()
        let edited: JSON = [
            "id": "two", "actor_id": .string(source), "config": ["host": "db2", "password": "**********"],
        ]
        #expect(try await api.post("commands/run/check", edited).status == 200)
        let inputs = try await api.database.read { session in
            try session.rows("SELECT input FROM run").map { try $0.get("input", as: String.self) }
        }
        #expect(inputs.count == 2)
        #expect(inputs.allSatisfy { !$0.contains("swordfish") && !$0.contains("hunter2") })
        var odd = ask
        odd["id"] = "three"
        odd["config"] = ["host": "db"]
        #expect(try await api.post("commands/run/check", odd).status == 422)
    }

    @Test func `a discovery and a specification are read when they are there`() async throws {
        let offered = OfferedStreams(api: try await TestAPI())
        let api = offered.api
        let source = JSON.string(try await api.makeSource())
        let catalog = try await offered.offer(["id", "at"], at: source)
        _ = try await api.post("commands/run/discover", ["id": "d", "actor_id": source])
        var found = DiscoverAnswer(catalogID: nil, failure: nil, call: ScriptedCalls.record)
        found.catalogID = catalog.stringValue
        try await Self.answer(api, Self.output(found))
        let read = try await api.post("commands/output/discover", ["id": "d"])
        #expect(read["status"] == "succeeded" && read["catalogId"] == catalog)
        #expect(read["catalog"]?["streams"]?[0]?["stream"]?["name"] == "films")
        let ask: JSON = [
            "id": "s", "workspace_id": .string(api.workspace.description), "docker_image": "exec:source",
            "docker_image_tag": "2",
        ]
        _ = try await api.post("commands/run/spec", ask)
        let said = SpecificationAnswer(
            specification: ["connectionSpecification": ["type": "object"]], tag: "2", failure: nil,
            call: ScriptedCalls.record)
        try await Self.answer(api, Self.output(said))
        let spec = try await api.post("commands/output/spec", ["id": "s"])
        #expect(spec["status"] == "succeeded" && spec["spec"]?["connectionSpecification"] != nil)
        var image = ask
        image["id"] = "t"
        image["docker_image"] = "manifest:source-faker"
        #expect(try await api.post("commands/run/spec", image).status == 422)
    }

    @Test func `a command is cancelled, and cancelling it again changes nothing`() async throws {
        let api = try await TestAPI()
        let id: JSON = ["id": "c"]
        _ = try await api.post("commands/run/check", ["id": "c", "actor_id": .string(try await api.makeDestination())])
        #expect(try await api.post("commands/cancel", id).json == id)
        #expect(try await api.post("commands/cancel", id).json == id)
        #expect(try await api.post("commands/status", id)["status"] == "cancelled")
        let read = try await api.post("commands/output/check", id)
        #expect(read["status"] == "failed" && read["failureReason"]?["failureType"] == "manual_cancellation")
    }
}
