import API
import Access
import Airbyte
import Crypto
import HTTP
import JSON
import Log
import Model
import Posix
import SQL
import Schema
import Secrets
import Store
import Sync
import Synchronization
import TestKit
import Testing
import Time

/// The routes over an empty database with one workspace and a definition of each kind.
struct TestAPI: Sendable {
    static let now = Instant(seconds: 1_800_000_000)

    let database: TestDatabase
    let router: Router
    let contracts: ContractTable
    let services: APIServices
    /// Whom requests are from that do not say so themselves; nil: nobody signs in.
    var authorization: String?
    let calls = ScriptedCalls()
    let log = CapturedLog()
    let workspace = WorkspaceID()
    let sourceDefinition: ConnectorDefinition
    let destinationDefinition: ConnectorDefinition

    init(
        _ engine: Dialect.Engine = .sqlite, supportsRefreshes: Bool = false, sourceSchema: JSON? = nil,
        destinationSchema: JSON? = nil,
        settings: AccessSettings = AccessSettings(), as type: PermissionType? = nil,
        discoverPatience: Duration = .seconds(20)
    ) async throws {
        database = try await TestDatabase.open(engine, migrations: Migration.all)
        let log = log
        let key = SealingKey()
        var settings = settings
        if type != nil { settings.mode = .simple }
        services = APIServices(
            database: database, vault: SecretVault(key: key), calls: calls,
            orders: StoredOrders(database: database, time: Self.now), clock: StoppedClock(now: Self.now),
            log: Log(level: .debug) { line in log.append(line) }, version: "0.1.0",
            access: AccessServices(database: database, key: key, settings: settings),
            discoverPatience: discoverPatience)
        router = try API.router(services)
        contracts = try API.contracts(services)
        let source = Self.definition(
            .source,
            sourceSchema ?? [
                "type": "object", "required": ["host", "password"],
                "properties": [
                    "host": ["type": "string"], "password": ["type": "string", "airbyte_secret": true],
                    "tunnel": ["type": "object", "required": ["key"], "properties": ["key": ["type": "string"]]],
                ],
            ])
        var destination = Self.definition(
            .destination, destinationSchema ?? ["type": "object", "properties": [:]])
        destination.supportsRefreshes = supportsRefreshes
        let home = Workspace(id: workspace, name: "Home", slug: "home", createdAt: Self.now)
        sourceDefinition = source
        destinationDefinition = destination
        let definitions = [source, destination]
        try await database.write { session in
            try session.seedOwner(organization: "Home", email: "home@example.org")
            try session.seed(home)
            for definition in definitions { try session.insert(definition) }
        }
        if let type { authorization = try await sign(type, in: workspace) }
    }

    private static func definition(_ kind: ConnectorKind, _ schema: JSON) -> ConnectorDefinition {
        let modes: JSON = ["append", "overwrite", "append_dedup"]
        return ConnectorDefinition(
            kind: kind, name: "Test \(kind)", repository: "exec:\(kind)", tag: "1",
            specification: ConnectorSpecification(
                json: ["connectionSpecification": schema, "supported_destination_sync_modes": modes]),
            createdAt: now)
    }

    /// - Parameter isHeld: whether the exchange is held against the contract; not what a lenient reader lets pass.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: String = "", type: String = "application/json",
        with more: [String: String] = [:], isHeld: Bool = true
    ) async throws -> Answer {
        var headers: HTTPHeaders = ["Host": "127.0.0.1:8000"]
        headers["Authorization"] = authorization
        for (name, value) in more { headers[name] = value }
        if !body.isEmpty { headers["Content-Type"] = type }
        let request = try HTTPRequest(method, path, headers: headers, body: Array(body.utf8))
        let answer = Answer(await router.respond(to: request))
        if isHeld { try contracts.expectHeld(request, answer, router) }
        return answer
    }

    /// The header of somebody new who may do this in the workspace.
    func sign(_ type: PermissionType, in workspace: WorkspaceID, name: String = "Eve") async throws -> String {
        let person = Person(name: name, email: "\(name)@example.org", createdAt: Self.now)
        let secret = try await database.write { session in
            try session.insert(person)
            let permission = Permission(
                personID: person.id, type: type, scope: .workspace(workspace), createdAt: Self.now)
            try session.insert(try #require(permission))
            return try services.access.applications.create(name, for: person.id, in: session)
        }
        let token = try await services.access.tokens.issue(
            clientID: secret.application.clientID, clientSecret: secret.clientSecret, address: "")
        return "Bearer \(token.text)"
    }

    /// Calls an operation of the Config API.
    func post(_ path: String, _ body: JSON = [:], isHeld: Bool = true) async throws -> Answer {
        try await send(.post, "/api/v1/" + path, body.text, isHeld: isHeld)
    }

    func makeSource(_ configuration: JSON = ["host": "db", "password": "hunter2"]) async throws -> String {
        let answer = try await post(
            "sources/create",
            [
                "workspaceId": .string(workspace.description), "name": "Shop", "connectionConfiguration": configuration,
                "sourceDefinitionId": .string(sourceDefinition.id.description),
            ])
        return try answer.text("sourceId")
    }

    func makeDestination() async throws -> String {
        let answer = try await post(
            "destinations/create",
            [
                "workspaceId": .string(workspace.description), "name": "Lake", "connectionConfiguration": [:],
                "destinationDefinitionId": .string(destinationDefinition.id.description),
            ])
        return try answer.text("destinationId")
    }

    func makeConnection(_ more: JSONObject = [:]) async throws -> String {
        var body: JSON = [
            "sourceId": .string(try await makeSource()), "destinationId": .string(try await makeDestination()),
            "status": "active",
        ]
        for (key, value) in more { body[key] = value }
        return try await post("connections/create", body).text("connectionId")
    }
}

struct StoppedClock: WallClock {
    let now: Instant
}

/// Keeps what was logged.
final class CapturedLog: Sendable {
    private let lines = Mutex("")
    var text: String { lines.withLock { $0 } }
    func append(_ line: [UInt8]) { lines.withLock { $0 += String(decoding: line, as: UTF8.self) } }
}
