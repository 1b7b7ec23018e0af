import Airbyte
import HTTP
import JSON
import Model
import Posix
import Store
import Sync
import TestKit
import Testing
import Time

/// The scenarios of Airbyte's own acceptance suite that are about sources, destinations and definitions; their numbers are
/// those of the reference. What the connectors say is scripted: that real ones are asked is shown where programs run.
struct ConnectorScenarioTests {
    private static func check(succeeds: Bool, _ message: String) -> CheckAnswer {
        CheckAnswer(succeeded: succeeds, message: message, failure: nil, call: ScriptedCalls.record)
    }

    private static func specification(_ tag: String) -> SpecificationAnswer {
        SpecificationAnswer(
            specification: ["connectionSpecification": ["type": "object", "title": .string(tag)]], tag: tag,
            failure: nil, call: ScriptedCalls.record)
    }

    @Test func `1: an unknown source is 404`() async throws {
        let api = try await TestAPI()
        for operation in ["get", "check_connection", "discover_schema", "delete"] {
            let answer = try await api.post("sources/\(operation)", ["sourceId": .string(UUID().description)])
            #expect(answer.status == 404, "\(operation)")
        }
    }

    @Test func `2: a source that can be reached says so, and its definition and specification are read`() async throws {
        let api = try await TestAPI()
        let id: JSON = ["sourceId": .string(try await api.makeSource())]
        api.calls.script(Self.check(succeeds: true, "check passed (expected)"))
        let checked = try await api.post("sources/check_connection", id)
        #expect(checked["status"] == "succeeded" && checked["message"] == "check passed (expected)")
        let read = try await api.post("sources/get", id)
        #expect(read["name"] == "Shop" && read["workspaceId"] == .string(api.workspace.description))
        let definition: JSON = ["sourceDefinitionId": try #require(read["sourceDefinitionId"])]
        #expect(try await api.post("source_definitions/get", definition)["name"] == read["sourceName"])
        let specification = try await api.post(
            "source_definition_specifications/get", definition.with("workspaceId", read["workspaceId"]))
        #expect(specification["connectionSpecification"]?["required"] == ["host", "password"])
    }

    @Test(arguments: ConnectorKind.allCases)
    func `3, 8, 9: a check that failed is an answer with its message, and one that passed is, too`(
        kind: ConnectorKind
    ) async throws {
        let api = try await TestAPI()
        let made = try await kind == .source ? api.makeSource() : api.makeDestination()
        for succeeds in [false, true] {
            api.calls.script(Self.check(succeeds: succeeds, "as expected"))
            let checked = try await api.post("\(kind)s/check_connection", ["\(kind)Id": .string(made)])
            #expect(checked.status == 200)
            #expect(checked["status"] == (succeeds ? "succeeded" : "failed"))
            #expect(checked["message"] == "as expected")
        }
    }

    @Test func `4, 5: a configuration is checked before it is saved, and one that fails changes nothing`() async throws
    {
        let api = try await TestAPI()
        let id: JSON = ["sourceId": .string(try await api.makeSource())]
        let before = try await api.post("sources/get", id)
        let wanted = id.with("name", "Shop").with(
            "connectionConfiguration", ["host": "other", "password": "**********"])
        api.calls.script(Self.check(succeeds: false, "no such host"))
        let failed = try await api.post("sources/check_connection_for_update", wanted)
        #expect(failed.status == 200 && failed["status"] == "failed" && failed["message"] == "no such host")
        #expect(try await api.post("sources/get", id).json == before.json)
        api.calls.script(Self.check(succeeds: true, "fine"))
        #expect(try await api.post("sources/check_connection_for_update", wanted)["status"] == "succeeded")
        // What was checked is what would be saved, the secret that is stored included.
        #expect(api.calls.configuration == ["host": "other", "password": "hunter2"])
        #expect(try await api.post("sources/get", id).json == before.json)
        #expect(try await api.post("sources/update", wanted).status == 200)
        #expect(try await api.post("sources/get", id)["connectionConfiguration"]?["host"] == "other")
    }

    @Test func `6, 7: a discovery tells the one stream and its cursor, and one that fails tells no catalog`()
        async throws
    {
        let offered = OfferedStreams(api: try await TestAPI())
        let source = JSON.string(try await offered.api.makeSource())
        try await offered.offer(["id", "at"], at: source)
        let found = try await offered.api.post("sources/discover_schema", ["sourceId": source])
        let streams = found["catalog"]?["streams"]?.arrayValue ?? []
        #expect(streams.map { $0["stream"]?["name"] } == ["films"])
        #expect(streams.map { $0["stream"]?["defaultCursorField"] } == [["at"]])
        let reason = FailureReason(.source, .system, "The discovery failed.", at: TestAPI.now)
        offered.api.calls.script(DiscoverAnswer(catalogID: nil, failure: reason, call: ScriptedCalls.record))
        let failed = try await offered.api.post("sources/discover_schema", ["sourceId": source])
        #expect(failed.status == 200 && failed["catalog"] == nil && failed["catalogId"] == nil)
        #expect(failed["jobInfo"]?["succeeded"] == false)
    }

    @Test func `10: definitions of one's own become connectors, and these a connection`() async throws {
        let offered = OfferedStreams(api: try await TestAPI())
        let api = offered.api
        let workspace = JSON.string(api.workspace.description)
        api.calls.script(Self.specification("0.7.2"))
        var ids: [ConnectorKind: JSON] = [:]
        for kind in ConnectorKind.allCases {
            let definition = try await api.post(
                "\(kind)_definitions/create_custom",
                [
                    "workspaceId": workspace,
                    "\(kind)Definition": [
                        "name": "Own", "dockerRepository": "exec:abcdk", "dockerImageTag": "0.7.2",
                        "documentationUrl": "https://example.com",
                    ],
                ])
            let connector = try await api.post(
                "\(kind)s/create",
                [
                    "workspaceId": workspace, "name": "Own", "connectionConfiguration": ["check": "pass"],
                    "\(kind)DefinitionId": try #require(definition["\(kind)DefinitionId"]),
                ])
            ids[kind] = connector["\(kind)Id"]
        }
        let (source, destination) = (try #require(ids[.source]), try #require(ids[.destination]))
        let catalog = try await offered.offer(["id", "at"], at: source)
        let found = try await api.post("sources/discover_schema", ["sourceId": source])
        #expect(found["catalogId"] == catalog)
        let made = try await api.post(
            "connections/create",
            [
                "sourceId": source, "destinationId": destination, "status": "active", "sourceCatalogId": catalog,
                "syncCatalog": try #require(found["catalog"]),
            ])
        let read = try await api.post("connections/get", ["connectionId": try #require(made["connectionId"])])
        #expect(read["sourceId"] == source && read["destinationId"] == destination)
        #expect(read["syncCatalog"]?["streams"]?[0]?["stream"]?["name"] == "films")
    }

    @Test(arguments: ConnectorKind.allCases)
    func `22: a definition is got as it is listed`(kind: ConnectorKind) async throws {
        let api = try await TestAPI()
        let path = "/api/public/v1/workspaces/\(api.workspace)/definitions/\(kind)s"
        let listed = try #require(try await api.send(.get, path)["data"]?.arrayValue)
        #expect(listed.count == 1)
        for definition in listed {
            let id = try #require(definition["id"]?.stringValue)
            #expect(try await api.send(.get, path + "/" + id).json == definition)
        }
    }

    @Test func `21: the connector builder says that it is not there`() async throws {
        let api = try await TestAPI()
        for operation in ["create", "publish", "list"] {
            let answer = try await api.post("connector_builder_projects/\(operation)")
            #expect(answer.status == 501)
        }
    }

    @Test func `25: definitions that are declared in a manifest say that they are not there`() async throws {
        let api = try await TestAPI()
        let path = "/api/public/v1/workspaces/\(api.workspace)/definitions/declarative_sources"
        #expect(try await api.send(.post, path, #"{"name":"Own","manifest":{}}"#).status == 501)
    }
}

extension JSON {
    fileprivate func with(_ name: String, _ value: JSON?) -> JSON {
        var copy = self
        copy[name] = value
        return copy
    }
}
