import HTTP
import JSON
import Model
import Posix
import Sync
import TestKit
import Testing
import Time

@Suite("Sources and destinations of the public API", .timeLimit(.minutes(3)))
struct PublicConnectorTests {
    private static func body(_ api: TestAPI, _ more: JSONObject) -> JSON {
        var body: JSON = ["name": "Shop", "workspaceId": .string(api.workspace.description)]
        for (key, value) in more { body[key] = value }
        return body
    }

    private func source(_ api: TestAPI) async throws -> Answer {
        try await api.send(
            .post, "/api/public/v1/sources",
            Self.body(
                api,
                [
                    "definitionId": .string(api.sourceDefinition.id.description),
                    "configuration": ["host": "db", "password": "hunter2", "sourceType": "test"],
                ]
            ).text)
    }

    @Test func `a source is made, read, patched, replaced and deleted`() async throws {
        let api = try await TestAPI()
        let made = try await source(api)
        #expect(made.status == 200, "\(made.body)")
        #expect(made["sourceType"] == "")
        #expect(made["configuration"] == ["host": "db", "password": "**********"])
        #expect(made["createdAt"] == .integer(TestAPI.now.seconds))
        let id = try made.text("sourceId")
        let path = "/v1/sources/\(id)"
        #expect(try await api.send(.get, path).json == made.json)
        #expect(try await api.send(.get, "/v1/sources")["data"] == [made.json])
        let config = try await api.post("sources/get", ["sourceId": .string(id)])
        #expect(config["connectionConfiguration"] == made["configuration"])

        let patched = try await api.send(
            .patch, path, #"{"configuration":{"host":"other","tunnel":{"key":"a"}}}"#)
        #expect(patched.status == 200, "\(patched.body)")
        #expect(patched["name"] == "Shop")
        #expect(patched["configuration"] == ["host": "other", "password": "**********", "tunnel": ["key": "a"]])
        #expect(try await api.send(.get, path).json == patched.json)
        let deep = try await api.send(.patch, path, #"{"name":"S","configuration":{"tunnel":{"port":1}}}"#)
        #expect(deep["configuration"]?["tunnel"] == ["key": "a", "port": 1])
        #expect(deep["name"] == "S")

        let put = try await api.send(
            .put, path, #"{"name":"Whole","configuration":{"host":"third","password":"**********"}}"#)
        #expect(put["configuration"] == ["host": "third", "password": "**********"])
        #expect(try await api.send(.get, path).json == put.json)
        #expect(try await api.send(.put, path, #"{"name":"Whole","configuration":{"host":"x"}}"#).status == 422)

        #expect(try await api.send(.delete, path).status == 204)
        for method in [HTTPMethod.get, .delete] { #expect(try await api.send(method, path).status == 404) }
        #expect(try await api.send(.patch, path, #"{"name":"x"}"#).status == 404)
        #expect(try await api.send(.get, "/v1/sources")["data"] == [])
        let all = try await api.send(.get, "/v1/sources?includeDeleted=true")
        #expect(all["data"]?[0]?["sourceId"] == .string(id))
        #expect(all["data"]?[0]?["configuration"] == [:])
    }

    @Test func `a destination is listed, replaced and deleted`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeDestination()
        let path = "/api/public/v1/destinations/\(id)"
        let listed = try await api.send(.get, "/api/public/v1/destinations?workspaceIds=\(api.workspace)")
        #expect(listed["data"] == [try await api.send(.get, path).json])
        let put = try await api.send(.put, path, #"{"name":"Sea","configuration":{"depth":3}}"#)
        #expect(put["name"] == "Sea" && put["configuration"]?["depth"] == 3, "\(put.body)")
        #expect(try await api.send(.get, path).json == put.json)
        #expect(try await api.post("destinations/get", ["destinationId": .string(id)])["name"] == "Sea")
        #expect(try await api.send(.delete, path).status == 204)
        #expect(try await api.send(.get, path).status == 404)
        #expect(try await api.send(.get, "/api/public/v1/destinations")["data"] == [])
    }

    @Test func `a patch keeps the secret that its connector uses`() async throws {
        let api = try await TestAPI()
        let id = try await source(api).text("sourceId")
        _ = try await api.send(.patch, "/v1/sources/\(id)", #"{"configuration":{"host":"other"}}"#)
        _ = try await api.post(
            "sources/check_connection_for_update",
            [
                "sourceId": .string(id), "name": "Shop",
                "connectionConfiguration": ["host": "other", "password": "**********"],
            ])
        #expect(api.calls.configuration?["password"] == "hunter2")
    }

    @Test func `a connector is found by its short name, and one that is not here is said to be unknown`() async throws {
        let api = try await TestAPI()
        let home = "/api/public/v1/workspaces/\(api.workspace)/definitions/destinations"
        api.calls.script(
            SpecificationAnswer(
                specification: ["connectionSpecification": ["type": "object"]], tag: "1", failure: nil,
                call: ScriptedCalls.record))
        let definition = try await api.send(
            .post, home, #"{"name":"Lake","dockerRepository":"swiftlet/destination-big-lake","dockerImageTag":"1"}"#)
        #expect(definition.status == 200, "\(definition.body)")
        let made = try await api.send(
            .post, "/v1/destinations", Self.body(api, ["configuration": ["destinationType": "big-lake", "a": 1]]).text)
        #expect(made.status == 200, "\(made.body)")
        #expect(made["destinationType"] == "big-lake")
        #expect(made["definitionId"] == definition["id"])
        #expect(made["configuration"] == ["a": 1, "destinationType": "big-lake"])
        let id = try made.text("destinationId")
        #expect(try await api.send(.get, "/v1/destinations/\(id)").json == made.json)
        let config = try await api.post("destinations/get", ["destinationId": .string(id)])
        #expect(config["connectionConfiguration"] == ["a": 1])

        let unknown = try await api.send(
            .post, "/v1/sources", Self.body(api, ["configuration": ["sourceType": "moon"]]).text)
        #expect(unknown.status == 400)
        #expect(unknown["title"] == "value-not-found")
        #expect(unknown["data"]?["value"] == "moon")
        let neither = try await api.send(.post, "/v1/sources", Self.body(api, ["configuration": [:]]).text)
        #expect(neither.status == 422)
    }

    @Test func `lists are cut into pages and narrowed to workspaces in both spellings`() async throws {
        let api = try await TestAPI()
        for _ in 0..<3 { _ = try await source(api) }
        let first = try await api.send(.get, "/v1/sources?workspaceIds=\(api.workspace)&limit=2")
        #expect(first["data"]?.arrayValue?.count == 2)
        #expect(first["previous"] == "")
        let next = try first.text("next")
        let rest = try await api.send(.get, String(next.dropFirst("http://127.0.0.1:8000".count)))
        #expect(rest["data"]?.arrayValue?.count == 1)
        #expect(rest["next"] == "")
        let two = "workspaceIds=\(UUID())&workspaceIds=\(api.workspace)"
        #expect(try await api.send(.get, "/v1/sources?\(two)")["data"]?.arrayValue?.count == 3)
        #expect(
            try await api.send(.get, "/v1/sources?workspaceIds=\(UUID()),\(api.workspace)")["data"]?.arrayValue?.count
                == 3)
        #expect(try await api.send(.get, "/v1/sources?workspaceIds=\(UUID())")["data"] == [])
        for query in ["limit=101", "offset=x", "includeDeleted=maybe", "workspaceIds=x"] {
            #expect(try await api.send(.get, "/v1/sources?\(query)").status == 400)
        }
        #expect(try await api.send(.get, "/v1/sources/none").status == 400)
    }

    @Test(arguments: ConnectorKind.allCases)
    func `23, 24: a definition is made, read, updated, deleted and then not there`(kind: ConnectorKind) async throws {
        let api = try await TestAPI()
        let path = "/api/public/v1/workspaces/\(api.workspace)/definitions/\(kind)s"
        let body = #"{"name":"Own","dockerRepository":"pypi:airbyte-\#(kind)-own","dockerImageTag":"1"}"#
        let silent = try await api.send(.post, path, body)
        #expect(silent.status == 422)
        api.calls.script(
            SpecificationAnswer(
                specification: ["connectionSpecification": ["type": "object"]], tag: "1.2", failure: nil,
                call: ScriptedCalls.record))
        let made = try await api.send(.post, path, body)
        #expect(made.status == 200, "\(made.body)")
        #expect(made["dockerImageTag"] == "1.2")
        let one = try path + "/" + made.text("id")
        #expect(try await api.send(.get, one).json == made.json)
        let list = try await api.send(.get, path)
        #expect(list["data"]?.arrayValue?.contains(made.json) == true)
        api.calls.script(
            SpecificationAnswer(
                specification: ["connectionSpecification": ["type": "object", "title": "2"]], tag: "2", failure: nil,
                call: ScriptedCalls.record))
        let updated = try await api.send(.put, one, #"{"name":"Renamed","dockerImageTag":"2"}"#)
        #expect(updated["name"] == "Renamed")
        #expect(updated["dockerImageTag"] == "2")
        #expect(try await api.send(.get, one).json == updated.json)
        let specification = try await api.post(
            "\(kind)_definition_specifications/get",
            ["\(kind)DefinitionId": try #require(made["id"]), "workspaceId": .string(api.workspace.description)])
        #expect(specification["connectionSpecification"]?["title"] == "2")
        let deleted = try await api.send(.delete, one)
        #expect(deleted.status == 200)
        #expect(deleted.json == updated.json)
        for method in [HTTPMethod.get, .delete] { #expect(try await api.send(method, one).status == 404) }
        #expect(try await api.send(.get, path + "/\(UUID())").status == 404)
    }
}
