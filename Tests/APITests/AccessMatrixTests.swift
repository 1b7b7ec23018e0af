import API
import Access
import Crypto
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import TestKit
import Testing

@Suite("Who may do what, on every route")
struct AccessMatrixTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `every route lets through whom its contract names, and nobody else`(_ engine: Dialect.Engine) async throws {
        let house = try await SharedHouse(engine)
        let reached = try API.router(house.api.services) { _ in .text(200, "reached") }
        for route in reached.routes {
            let contract = try #require(house.api.contracts[route.operation])
            for guest in house.guests {
                let request = try house.request(route, contract, by: guest)
                let status = await reached.respond(to: request).status
                let expected = house.expected(contract.access, for: guest)
                #expect(
                    status == expected,
                    "\(route.operation) by \(guest.name) is answered \(status) in place of \(expected)")
            }
        }
    }

    @Test func `what a caller may see of others is nothing, whatever list they ask for`() async throws {
        let house = try await SharedHouse(.sqlite)
        let outsider = try #require(house.guests.first { $0.name == "outsider" })
        var asked = 0
        for route in house.api.router.routes {
            let contract = try #require(house.api.contracts[route.operation])
            guard case .visible = contract.access, contract.effect == .reads else { continue }
            for names in [false, true] {
                let request = try house.request(route, contract, by: outsider, namingOptional: names)
                let answer = Answer(await house.api.router.respond(to: request))
                for (name, id) in house.ids where name != "jobId" {
                    #expect(
                        answer.status >= 400 || !answer.body.contains(id),
                        "\(route.operation) shows \(id) to an outsider")
                }
                asked += 1
            }
        }
        #expect(asked > 10)
    }

    @Test func `an id in another place than the handler reads it opens nothing`() async throws {
        let house = try await SharedHouse(.sqlite)
        let outsider = try #require(house.guests.first { $0.name == "outsider" })
        let connection = try #require(house.ids["connectionId"])
        let own = house.otherWorkspace.description
        for (path, body) in [
            ("/api/v1/connections/get?connectionId=\(own)", #"{"connectionId":"\#(connection)"}"#),
            ("/api/v1/workspaces/get?workspaceId=\(own)", #"{"workspaceId":"\#(house.api.workspace)"}"#),
            ("/api/public/v1/tags?workspaceIds=\(house.api.workspace)", #"{"workspaceIds":["\#(own)"]}"#),
        ] {
            let method: HTTPMethod = path.contains("public") ? .get : .post
            let answer = try await house.api.send(method, path, body, with: ["Authorization": outsider.authorization])
            #expect(answer.status == 404, "\(path): \(answer.body)")
        }
    }
}

/// One workspace with one of everything, and people with every role in it or in another.
struct SharedHouse {
    struct Guest {
        let name: String
        /// In the workspace; nil: none, and an admin of another.
        let role: Role?
        let isInstanceAdmin: Bool
        let authorization: String
    }

    let api: TestAPI
    let otherWorkspace = WorkspaceID()
    let ids: [String: String]
    let guests: [Guest]

    init(_ engine: Dialect.Engine) async throws {
        var settings = AccessSettings()
        settings.mode = .simple
        settings.staticToken = SHA256(of: Self.token)
        api = try await TestAPI(engine, settings: settings)
        let (api, other) = (api, otherWorkspace)
        try await api.database.write { session in
            try session.seedFirstAdministrator()
            try session.seed(Workspace(id: other, name: "Other", slug: "other", createdAt: TestAPI.now))
        }
        ids = try await Self.furnish(api)
        guests = try await Self.invite(api, other)
    }

    private static let token = "a static token of the test"

    private static func post(_ api: TestAPI, _ path: String, _ body: JSON) async throws -> Answer {
        try await api.send(.post, path, body.text, with: ["Authorization": "Bearer \(token)"])
    }

    private static func furnish(_ api: TestAPI) async throws -> [String: String] {
        let workspace: JSON = .string(api.workspace.description)
        let source = try await post(
            api, "/api/v1/sources/create",
            [
                "workspaceId": workspace, "name": "Shop", "connectionConfiguration": ["host": "db", "password": "x"],
                "sourceDefinitionId": .string(api.sourceDefinition.id.description),
            ]
        ).text("sourceId")
        let destination = try await post(
            api, "/api/v1/destinations/create",
            [
                "workspaceId": workspace, "name": "Lake", "connectionConfiguration": [:],
                "destinationDefinitionId": .string(api.destinationDefinition.id.description),
            ]
        ).text("destinationId")
        let connection = try await post(
            api, "/api/v1/connections/create",
            ["sourceId": .string(source), "destinationId": .string(destination), "status": "active"]
        ).text("connectionId")
        let job = try await post(api, "/api/v1/connections/sync", ["connectionId": .string(connection)])
        let number = try #require(job["job"]?["id"]?.intValue)
        let tag = try await post(
            api, "/api/v1/tags/create", ["workspaceId": workspace, "name": "gold", "color": "FFD700"]
        ).text("tagId")
        return [
            "workspaceId": api.workspace.description, "sourceId": source, "destinationId": destination,
            "connectionId": connection, "jobId": String(number), "tagId": tag,
        ]
    }

    private static func invite(_ api: TestAPI, _ other: WorkspaceID) async throws -> [Guest] {
        var guests = [
            Guest(name: "nobody", role: nil, isInstanceAdmin: false, authorization: ""),
            Guest(name: "instance admin", role: .admin, isInstanceAdmin: true, authorization: "Bearer \(token)"),
        ]
        let types: [(String, PermissionType, WorkspaceID, Role?)] = [
            ("outsider", .workspaceAdmin, other, nil), ("reader", .workspaceReader, api.workspace, .reader),
            ("runner", .workspaceRunner, api.workspace, .runner), ("editor", .workspaceEditor, api.workspace, .editor),
            ("admin", .workspaceAdmin, api.workspace, .admin),
        ]
        for (name, type, workspace, role) in types {
            let authorization = try await api.sign(type, in: workspace, name: name)
            guests.append(Guest(name: name, role: role, isInstanceAdmin: false, authorization: authorization))
        }
        return guests
    }

    /// A request that names the workspace's things wherever the contract looks for them.
    func request(
        _ route: Route, _ contract: Contract, by guest: Guest, namingOptional: Bool = true
    ) throws -> HTTPRequest {
        var path = route.path
        var body: JSON = [:]
        for subject in contract.access.subjects where namingOptional || !subject.isOptional {
            let id = id(of: subject.kind)
            if path.contains("{\(subject.member)}") {
                path = path.replacing("{\(subject.member)}", with: id)
            } else {
                body = Self.setting(body, subject.member.split(separator: ".").map(String.init)[...], .string(id))
            }
        }
        path = path.replacing(#/\{[A-Za-z]+\}/#, with: "1")
        var headers: HTTPHeaders = ["Host": "localhost", "Content-Type": "application/json"]
        if !guest.authorization.isEmpty { headers["Authorization"] = guest.authorization }
        return try HTTPRequest(route.method, path, headers: headers, body: body.bytes)
    }

    private static func setting(_ json: JSON, _ path: ArraySlice<String>, _ value: JSON) -> JSON {
        guard let name = path.first else { return value }
        var json = json
        json[name] = setting(json[name] ?? [:], path.dropFirst(), value)
        return json
    }

    private func id(of kind: OwnedKind) -> String {
        switch kind {
        case .workspace: api.workspace.description
        case .source: ids["sourceId"] ?? ""
        case .destination: ids["destinationId"] ?? ""
        case .connection: ids["connectionId"] ?? ""
        case .job: ids["jobId"] ?? ""
        case .tag: ids["tagId"] ?? ""
        case .definition: api.sourceDefinition.id.description
        // There is none, which is answered like one that may not be seen.
        case .operation, .connectionEvent, .permission, .catalog, .command: UUID().description
        }
    }

    /// What a request that names these things must be answered with.
    func expected(_ rule: AccessRule, for guest: Guest) -> Int {
        if case .open = rule { return 200 }
        guard guest.name != "nobody" else { return 401 }
        guard !guest.isInstanceAdmin else { return 200 }
        switch rule {
        case .open: return 200
        case .instanceAdmin: return 403
        case .visible(let subjects): return expected(.reader, subjects, guest)
        case .role(let role, let subjects): return expected(role, subjects, guest)
        }
    }

    private func expected(_ role: Role, _ subjects: [Subject], _ guest: Guest) -> Int {
        for subject in subjects {
            let needed = subject.role ?? role
            switch subject.kind {
            case .operation, .connectionEvent, .permission, .catalog, .command: return 404
            // The definitions of the test come with the instance.
            case .definition where needed != .reader: return 403
            case .definition: continue
            default:
                guard let own = guest.role else { return 404 }
                guard own >= needed else { return 403 }
            }
        }
        return 200
    }
}

extension AccessRule {
    fileprivate var subjects: [Subject] {
        switch self {
        case .open, .instanceAdmin: []
        case .visible(let subjects), .role(_, let subjects): subjects
        }
    }
}
