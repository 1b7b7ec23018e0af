import API
import Access
import Crypto
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

/// An API with one of everything that a request can name, and a value for every member that a request can have.
struct FurnishedAPI {
    let api: TestAPI
    /// By the name of the member or the parameter.
    private(set) var values: [String: JSON]

    /// - Parameter token: of whom everything is made, where somebody must sign in.
    init(_ engine: Dialect.Engine, token: String? = nil) async throws {
        var settings = AccessSettings()
        if let token {
            settings.mode = .simple
            settings.staticToken = SHA256(of: token)
        }
        var api = try await TestAPI(engine, supportsRefreshes: true, settings: settings)
        try await api.database.write { try $0.seedFirstAdministrator() }
        api.authorization = token.map { "Bearer \($0)" }
        self.api = api
        let home = JSON.string(api.workspace.description)
        let (source, connection, sibling) = try await OfferedStreams(api: api).siblings()
        let read = try await api.post("connections/get", ["connectionId": connection])
        // Calls of connectors come out well, so that what asks for them goes all its way.
        api.calls.script(
            SpecificationAnswer(
                specification: ["connectionSpecification": ["type": "object"]], tag: "1", failure: nil,
                call: ScriptedCalls.record))
        let job = try #require(try await api.post("connections/sync", ["connectionId": sibling])["job"]?["id"])
        func make(_ path: String, _ body: JSON, _ id: String) async throws -> JSON {
            .string(try await api.post(path, body).text(id))
        }
        let tag = try await make("tags/create", ["workspaceId": home, "name": "gold", "color": "FFD700"], "tagId")
        let operation = try await make(
            "operations/create",
            [
                "workspaceId": home, "name": "Build",
                "operatorConfiguration": [
                    "operatorType": "webhook", "webhook": ["executionUrl": "https://example.com"],
                ],
            ], "operationId")
        let application = try await make("applications/create", ["name": "Airflow"], "id")
        let user = JSON.string(
            try await api.send(.post, "/api/swiftlet/users", #"{"name":"Eve","email":"eve@example.org"}"#)
                .text("userId"))
        let permission = try await make(
            "permissions/create", ["permissionType": "workspace_reader", "userId": user, "workspaceId": home],
            "permissionId")
        var own: [JSON] = []
        for kind in ConnectorKind.allCases {
            own.append(
                try await make(
                    "\(kind)_definitions/create_custom",
                    [
                        "workspaceId": home,
                        "\(kind)Definition": [
                            "name": "Own", "dockerRepository": "exec:own", "dockerImageTag": "1",
                            "documentationUrl": "https://example.com",
                        ],
                    ], "\(kind)DefinitionId"))
        }
        values = [
            "workspaceId": home, "workspace_id": home, "workspaceIds": [home], "sourceId": source, "actor_id": source,
            "destinationId": try #require(read["destinationId"]), "connectionId": connection,
            "connection_id": connection, "connectionIds": [connection], "tagId": tag, "operationId": operation,
            "sourceDefinitionId": .string(api.sourceDefinition.id.description),
            "destinationDefinitionId": .string(api.destinationDefinition.id.description),
            "actorDefinitionId": .string(api.sourceDefinition.id.description),
            "actor_definition_id": .string(api.sourceDefinition.id.description),
            "definitionId": .string(api.sourceDefinition.id.description), "applicationId": application,
            "userId": user, "authUserId": user, "permissionId": permission, "jobId": job,
            "catalogId": try #require(read["sourceCatalogId"]),
            "organizationId": try #require(
                try await api.post("workspaces/get", ["workspaceId": home])["organizationId"]),
            "attemptNumber": 0, "number": 0, "pageSize": 10, "rowOffset": 0, "limit": 10, "offset": 0, "units": 24,
            "name": "Plain", "cronExpression": "0 0 12 * * ?", "cronTimeZone": "UTC", "color": "00FF00",
            "email": "plain@example.org", "dockerRepository": "exec:own", "dockerImageTag": "1",
            "documentationUrl": "https://example.com", "executionUrl": "https://example.com",
            "scheduleType": "manual", "streamName": "films", "operatorType": "webhook", "createdAt": 1,
            "connectionConfiguration": Self.configuration, "configuration": Self.configuration,
            "syncCatalog": try #require(read["syncCatalog"]), "connectionState": ["stateType": "not_set"],
        ]
    }

    static let configuration: JSON = ["host": "db", "password": "hunter2"]

    /// A path with its parameters filled in, one of them with this text.
    func path(of route: Route, _ name: String? = nil, holding text: String = "") -> String {
        route.path.split(separator: "/").map { part in
            guard part.hasPrefix("{") else { return "/" + part }
            let parameter = String(part.dropFirst().dropLast())
            return "/" + (parameter == name ? text : Self.text(values[parameter] ?? "1"))
        }.joined()
    }

    private static func text(_ value: JSON) -> String { value.stringValue ?? value.text }

    /// A value of the shape that says no more than it must.
    func example(_ shape: Shape, _ name: String = "") -> JSON {
        if let value = values[name], shape.mismatch(value) == nil { return value }
        switch shape {
        case .string: return "text"
        case .uuid: return .string(UUID().description)
        case .time: return "2026-01-31T09:30:00Z"
        case .uri: return "https://example.com"
        case .integer, .number: return 1
        case .boolean: return true
        case .word(let words): return .string(words.first ?? "")
        case .list: return []
        case .map, .named: return [:]
        case .object(_, let members): return example(members)
        case .oneOf(let shapes): return shapes.first.map { example($0, name) } ?? .null
        case .any: return [:]
        }
    }

    private func example(_ members: Shape.Members) -> JSON {
        var object: JSON = [:]
        for member in members.all where member.isRequired { object[member.name] = example(member.shape, member.name) }
        return object
    }

    /// Values of the shape with this text in one place each, in all places one after the other. Where no text belongs
    /// stands it, too. Of objects that are alike the first is gone through.
    func holding(_ text: JSON, _ shape: Shape) -> [JSON] {
        var seen: Set<Shape> = []
        return holding(text, shape, "", &seen)
    }

    private func holding(_ text: JSON, _ shape: Shape, _ name: String, _ seen: inout Set<Shape>) -> [JSON] {
        switch shape {
        case .string, .uuid, .time, .uri, .word, .integer, .number, .boolean, .named: return [text]
        case .list(let element): return holding(text, element, name, &seen).map { [$0] }
        case .map(let value):
            return [Self.member(text, example(value))] + holding(text, value, "", &seen).map { ["key": $0] }
        case .object(let title, let members):
            guard title.isEmpty || seen.insert(shape).inserted else { return [] }
            return holding(text, members, &seen)
        case .oneOf(let shapes):
            var values: [JSON] = []
            for shape in shapes { values += holding(text, shape, name, &seen) }
            return values
        case .any: return [text, Self.member(text, 1), Self.configuration(holding: text)]
        }
    }

    private func holding(_ text: JSON, _ members: Shape.Members, _ seen: inout Set<Shape>) -> [JSON] {
        let plain = example(members)
        var values: [JSON] = []
        for member in members.all {
            for value in holding(text, member.shape, member.name, &seen) {
                var object = plain
                object[member.name] = value
                values.append(object)
            }
        }
        return values
    }

    /// An object whose one member has the text for a name.
    private static func member(_ text: JSON, _ value: JSON) -> JSON {
        .object(JSONObject([(text.stringValue ?? "", value)]))
    }

    private static func configuration(holding text: JSON) -> JSON {
        var configuration = configuration
        configuration["host"] = text
        return configuration
    }
}
