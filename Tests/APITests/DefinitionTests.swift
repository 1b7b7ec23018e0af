import Airbyte
import HTTP
import JSON
import Model
import Posix
import Store
import Sync
import TestKit
import Testing

struct DefinitionTests {
    private static func body(_ api: TestAPI, repository: String) -> JSON {
        [
            "workspaceId": .string(api.workspace.description),
            "sourceDefinition": [
                "name": "Faker", "dockerRepository": .string(repository), "dockerImageTag": "latest",
                "documentationUrl": "https://example.org",
            ],
        ]
    }

    @Test func `definitions are listed and read with their specification`() async throws {
        let api = try await TestAPI()
        for kind in ["source", "destination"] {
            for path in ["list", "list_latest"] {
                let list = try await api.send(.post, "/api/v1/\(kind)_definitions/\(path)")
                #expect(list[kind + "Definitions"]?[0]?["dockerRepository"] == .string("exec:" + kind))
            }
        }
        let id: JSON = ["destinationDefinitionId": .string(api.destinationDefinition.id.description)]
        let read = try await api.post("destination_definition_specifications/get", id)
        #expect(read["supportedDestinationSyncModes"] == ["append", "overwrite", "append_dedup"])
        #expect(read["connectionSpecification"]?["type"] == "object")
        #expect(read["jobInfo"]?["succeeded"] == true)
    }

    @Test func `a custom definition keeps the version that its image turned out to be`() async throws {
        let api = try await TestAPI()
        api.calls.script(
            SpecificationAnswer(
                specification: ["connectionSpecification": ["type": "object"]], tag: "6.2.38", failure: nil,
                call: ScriptedCalls.record))
        let made = try await api.post(
            "source_definitions/create_custom", Self.body(api, repository: "pypi:airbyte-source-faker"))
        #expect(made.status == 200)
        #expect(made["dockerImageTag"] == "6.2.38")
        #expect(made["custom"] == true)
        let id: JSON = ["sourceDefinitionId": try #require(made["sourceDefinitionId"])]
        #expect(try await api.post("source_definitions/get", id).json == made.json)
        #expect(try await api.post("source_definitions/delete", id).status == 204)
        #expect(try await api.post("source_definitions/get", id).status == 404)
    }

    @Test func `a custom definition is listed where it belongs and nowhere else`() async throws {
        let api = try await TestAPI()
        let organization = JSON.string(UUID.zero.description)
        let elsewhere = try await api.post(
            "workspaces/create", ["name": "Elsewhere", "organizationId": organization]
        ).text("workspaceId")
        for kind in ["source", "destination"] {
            let object: JSON = ["connectionSpecification": ["type": "object"]]
            api.calls.script(
                SpecificationAnswer(specification: object, tag: "1.0", failure: nil, call: ScriptedCalls.record))
            let made = try await api.post(
                "\(kind)_definitions/create_custom",
                [
                    "workspaceId": .string(api.workspace.description),
                    "\(kind)Definition": [
                        "name": "Own", "dockerRepository": .string("pypi:airbyte-\(kind)-own"),
                        "dockerImageTag": "1.0", "documentationUrl": "https://example.org",
                    ],
                ])
            #expect(made.status == 200, "\(made.body)")
            func names(_ workspace: String) async throws -> [JSON]? {
                let list = try await api.post(
                    "\(kind)_definitions/list_for_workspace", ["workspaceId": .string(workspace)])
                return list[kind + "Definitions"]?.arrayValue?.compactMap { $0["name"] }
            }
            #expect(try await names(api.workspace.description)?.contains("Own") == true)
            #expect(try await names(elsewhere) == [.string("Test " + kind)])

            var change: JSON = [:]
            change[kind + "DefinitionId"] = made[kind + "DefinitionId"]
            let id = change
            change["name"] = "Renamed"
            change["dockerImageTag"] = "1.0"
            let changed = try await api.post("\(kind)_definitions/update", change)
            #expect(changed["name"] == "Renamed" && changed["dockerImageTag"] == "1.0", "\(changed.body)")
            #expect(try await api.post("\(kind)_definitions/get", id).json == changed.json)
            #expect(try await api.post("\(kind)_definitions/delete", id).status == 204)
            #expect(try await api.post("\(kind)_definitions/get", id).status == 404)
            #expect(try await names(api.workspace.description) == [.string("Test " + kind)])
        }
    }

    @Test func `an image that gives no specification makes no definition`() async throws {
        let api = try await TestAPI()
        let reason = FailureReason(.source, .system, "pip found no such package.", at: TestAPI.now)
        api.calls.script(
            SpecificationAnswer(specification: nil, tag: "1", failure: reason, call: ScriptedCalls.record))
        let answer = try await api.post(
            "source_definitions/create_custom", Self.body(api, repository: "pypi:airbyte-source-nope"))
        #expect(answer.status == 422)
        #expect(answer["message"] == "pip found no such package.")
        let count = try await api.database.read { try $0.definitions(.source).count }
        #expect(count == 1)
    }

    @Test(.proves("1.12-range"), arguments: ["1.0.0", "soon"])
    func `a connector of another protocol makes no definition`(version: String) async throws {
        let api = try await TestAPI()
        api.calls.script(
            SpecificationAnswer(
                specification: ["connectionSpecification": [:], "protocol_version": .string(version)], tag: "1",
                failure: nil, call: ScriptedCalls.record))
        let answer = try await api.post(
            "source_definitions/create_custom", Self.body(api, repository: "pypi:airbyte-source-new"))
        #expect(answer.status == 422)
        #expect(try answer.text("message").contains("speaks version \(version)"))
        let count = try await api.database.read { try $0.definitions(.source).count }
        #expect(count == 1)
    }

    @Test(arguments: ["manifest:source-x", "-v", "pypi:", "exec:a b", "exec:\u{1B}[0m", ""])
    func `an image that nothing here can start is 422`(repository: String) async throws {
        let api = try await TestAPI()
        let answer = try await api.post("source_definitions/create_custom", Self.body(api, repository: repository))
        #expect(answer.status == 422)
    }

    @Test func `a discovered catalog comes with a proposal for each stream`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeSource()
        let catalog = DiscoveredCatalog(
            sourceID: try #require(ConnectorID(id)),
            catalog: AirbyteCatalog(streams: [AirbyteStream(name: "a b", jsonSchema: ["type": "object"])]),
            configurationHash: "x", connectorVersion: "1", createdAt: TestAPI.now)
        try await api.database.write { try $0.insert(catalog) }
        api.calls.script(DiscoverAnswer(catalogID: catalog.id, failure: nil, call: ScriptedCalls.record))
        let answer = try await api.post("sources/discover_schema", ["sourceId": .string(id)])
        #expect(answer["catalogId"] == .string(catalog.id.description))
        let entry = try #require(answer["catalog"]?["streams"]?[0])
        #expect(entry["stream"]?["name"] == "a b")
        #expect(entry["config"]?["aliasName"] == "a_b")
        #expect(entry["config"]?["selected"] == true)
        #expect(entry["config"]?["syncMode"] == "full_refresh")
        let reason = FailureReason(.source, .config, "The password is wrong.", at: TestAPI.now)
        api.calls.script(DiscoverAnswer(catalogID: nil, failure: reason, call: ScriptedCalls.record))
        let failed = try await api.post("sources/discover_schema", ["sourceId": .string(id)])
        #expect(failed.status == 200)
        #expect(failed["catalog"] == nil)
        #expect(failed["jobInfo"]?["failureReason"]?["failureType"] == "config_error")
    }
}
