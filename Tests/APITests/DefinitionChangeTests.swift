import Access
import Airbyte
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import TestKit
import Testing

struct DefinitionChangeTests {
    private static func answer(_ schema: JSON?, tag: String) -> SpecificationAnswer {
        SpecificationAnswer(
            specification: schema.map { ["connectionSpecification": $0] }, tag: tag,
            failure: schema == nil ? FailureReason(.source, .system, "No such version.", at: TestAPI.now) : nil,
            call: ScriptedCalls.record)
    }

    private static func make(_ api: TestAPI) async throws -> JSON {
        api.calls.script(answer(["type": "object"], tag: "1.0"))
        let made = try await api.post(
            "source_definitions/create_custom",
            [
                "workspaceId": .string(api.workspace.description),
                "sourceDefinition": [
                    "name": "Faker", "dockerRepository": "pypi:airbyte-source-faker", "dockerImageTag": "1.0",
                    "documentationUrl": "https://example.org",
                ],
            ])
        return try #require(made["sourceDefinitionId"], "\(made.body)")
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what a definition's containers may take is kept until it is said anew`(_ engine: Dialect.Engine) async throws
    {
        let api = try await TestAPI(engine)
        let id = try await Self.make(api)
        let wish: JSON = [
            "default": ["memory_limit": "1Gi"],
            "jobSpecific": [["jobType": "sync", "resourceRequirements": ["memory_limit": "4Gi"]]],
        ]
        let changed = try await api.post(
            "source_definitions/update",
            ["sourceDefinitionId": id, "dockerImageTag": "1.0", "resourceRequirements": wish])
        #expect(changed["resourceRequirements"] == wish)
        let renamed = try await api.post(
            "source_definitions/update", ["sourceDefinitionId": id, "dockerImageTag": "1.0", "name": "Other"])
        #expect(renamed["resourceRequirements"] == wish)
        let refused = try await api.post(
            "source_definitions/update",
            [
                "sourceDefinitionId": id, "dockerImageTag": "1.0",
                "resourceRequirements": ["default": ["memory_limit": "much"]],
            ])
        #expect(refused.status == 422)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `another version brings its own specification, and one that cannot start changes nothing`(
        _ engine: Dialect.Engine
    ) async throws {
        let api = try await TestAPI(engine)
        let id = try await Self.make(api)
        let schema: JSON = ["type": "object", "required": ["seed"], "properties": ["seed": ["title": "Seed"]]]
        api.calls.script(Self.answer(schema, tag: "2.0.1"))
        let changed = try await api.post(
            "source_definitions/update", ["sourceDefinitionId": id, "dockerImageTag": "2.0", "name": "Faker 2"])
        #expect(changed["dockerImageTag"] == "2.0.1")
        #expect(changed["name"] == "Faker 2")
        #expect(try await api.post("source_definitions/get", ["sourceDefinitionId": id]).json == changed.json)
        let read = try await api.post("source_definition_specifications/get", ["sourceDefinitionId": id])
        #expect(read["connectionSpecification"] == schema)
        api.calls.script(Self.answer(nil, tag: "3"))
        let failed = try await api.post(
            "source_definitions/update", ["sourceDefinitionId": id, "dockerImageTag": "3", "name": "Faker 3"])
        #expect(failed.status == 422)
        #expect(failed["message"] == "No such version.")
        #expect(try await api.post("source_definitions/get", ["sourceDefinitionId": id]).json == changed.json)
        let home = JSON.string(api.workspace.description)
        let documentation = try await api.post(
            "connector_documentation/get", ["actorType": "SOURCE", "actorDefinitionId": id, "workspaceId": home])
        #expect(documentation["doc"]?.stringValue?.contains("- **Seed** (`seed`): required") == true)
    }

    @Test func `a connector that comes with Swiftlet keeps its version`() async throws {
        let api = try await TestAPI()
        let native = ConnectorDefinition(
            kind: .destination, name: "SQLite", repository: "swiftlet/destination-sqlite", tag: "1",
            specification: ConnectorSpecification(json: ["connectionSpecification": [:]]), createdAt: TestAPI.now)
        try await api.database.write { try $0.insert(native) }
        let id = JSON.string(native.id.description)
        let answer = try await api.post(
            "destination_definitions/update", ["destinationDefinitionId": id, "dockerImageTag": "2"])
        #expect(answer.status == 422)
        #expect(
            try await api.post("destination_definitions/get", ["destinationDefinitionId": id])["dockerImageTag"] == "1")
    }

    @Test func `a definition is shown to the workspaces that may use it`() async throws {
        let api = try await TestAPI()
        let id = try await Self.make(api)
        let home = JSON.string(api.workspace.description)
        let made = try await api.post("source_definitions/get", ["sourceDefinitionId": id])
        let own = try await api.post(
            "source_definitions/get_for_workspace", ["sourceDefinitionId": id, "workspaceId": home])
        #expect(own.json == made.json)
        let scoped = try await api.post(
            "source_definitions/get_for_scope", ["actorDefinitionId": id, "scopeId": home, "scopeType": "workspace"])
        #expect(scoped.json == made.json)
        let other = try await api.post(
            "workspaces/create", ["name": "Other", "organizationId": .string(UUID.zero.description)])
        let there = try #require(other["workspaceId"])
        let hidden = try await api.post(
            "source_definitions/get_for_workspace", ["sourceDefinitionId": id, "workspaceId": there])
        #expect(hidden.status == 404)
        for kind in ["source", "destination"] {
            let stubs = try await api.post(
                "\(kind)_definitions/list_enterprise_stubs_for_workspace", ["workspaceId": home])
            #expect(stubs.json == ["enterpriseConnectorStubs": []])
        }
        let lake = JSON.string(api.destinationDefinition.id.description)
        let destination = try await api.post(
            "destination_definitions/get_for_workspace", ["destinationDefinitionId": lake, "workspaceId": home])
        #expect(destination["name"] == "Test destination")
        let again = try await api.post(
            "destination_definitions/get_for_scope",
            ["actorDefinitionId": lake, "scopeId": home, "scopeType": "workspace"])
        #expect(again.json == destination.json)
    }

    @Test func `code from outside is chosen by the instance's admin only, and a foreign definition is not listed`()
        async throws
    {
        let api = try await TestAPI(as: .workspaceAdmin)
        let home = JSON.string(api.workspace.description)
        func create(_ repository: String) async throws -> Answer {
            try await api.post(
                "source_definitions/create_custom",
                [
                    "workspaceId": home,
                    "sourceDefinition": [
                        "name": "X", "dockerRepository": .string(repository), "dockerImageTag": "1",
                        "documentationUrl": "https://example.org",
                    ],
                ])
        }
        for repository in ["pypi:airbyte-source-faker", "exec:faker"] {
            #expect(try await create(repository).status == 403)
        }
        let foreign = WorkspaceID()
        let definitions = [api.workspace, foreign].map { (workspace: WorkspaceID) in
            ConnectorDefinition(
                kind: .source, workspaceID: workspace, name: "Own of \(workspace)", repository: "pypi:x", tag: "1",
                specification: ConnectorSpecification(json: ["connectionSpecification": [:]]), createdAt: TestAPI.now)
        }
        try await api.database.write { session in
            try session.seed(Workspace(id: foreign, name: "Foreign", slug: "foreign", createdAt: TestAPI.now))
            for definition in definitions { try session.insert(definition) }
        }
        let own = JSON.string(definitions[0].id.description)
        let update = try await api.post(
            "source_definitions/update", ["sourceDefinitionId": own, "dockerImageTag": "2"])
        #expect(update.status == 403)
        let list = try await api.post("source_definitions/list")["sourceDefinitions"]?.arrayValue ?? []
        let names = Set(list.compactMap { $0["name"]?.stringValue })
        #expect(names.contains("Own of \(api.workspace)"))
        #expect(!names.contains("Own of \(foreign)"))
        let workspaces = try await api.post(
            "workspaces/list_by_organization_id", ["organizationId": .string(UUID.zero.description)])
        #expect(workspaces["workspaces"]?.arrayValue?.count == 1)
        #expect(try await api.post("workspaces/get_by_slug", ["slug": "foreign"]).status == 404)
        let stranger: JSON = ["userId": .string(UUID.zero.description)]
        #expect(try await api.post("workspaces/list_by_user_id", stranger).status == 403)
        #expect(try await api.post("sources/search", ["workspaceId": .string(foreign.description)]).status == 404)
    }
}
