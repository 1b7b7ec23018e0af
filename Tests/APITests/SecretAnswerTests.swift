import API
import Access
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import TestKit
import Testing

/// Secrets that can be told from everything else are put wherever one may be; no answer and no line of the log holds any,
/// whoever reads whatever there is.
@Suite("Secrets in answers", .timeLimit(.minutes(3)))
struct SecretAnswerTests {
    private static let token = "canary-of-the-static-token"
    private static let configuration = "canary-of-a-configuration"
    private static let password = "canary of a person's password"
    /// What an encrypting mapper takes: hexadecimal digits.
    private static let key = "c0ffee5eedc0ffee5eedc0ffee5eed07"
    private static let others = ["canary-of-an-auth-token", "canary-of-a-webhook-secret"]
    private static let slack = "https://hooks.example.com/canary-of-an-address"

    @Test(arguments: Dialect.Engine.allCases)
    func `no answer and no line of the log holds a secret`(_ engine: Dialect.Engine) async throws {
        let house = try await FurnishedAPI(engine, token: Self.token)
        let made = try await hide(in: house)
        let other = WorkspaceID()
        try await house.api.database.write {
            try $0.seed(Workspace(id: other, name: "Other", slug: "other", createdAt: TestAPI.now))
        }
        var secrets = [Self.token, Self.configuration, Self.password, Self.key, made.applicationSecret] + Self.others
        var readers = ["nobody": "", "instance admin": "Bearer \(Self.token)"]
        for type in [PermissionType.workspaceAdmin, .workspaceEditor, .workspaceRunner, .workspaceReader] {
            readers[type.rawValue] = try await house.api.sign(type, in: house.api.workspace, name: type.rawValue)
        }
        readers["outsider"] = try await house.api.sign(.workspaceAdmin, in: other, name: "outsider")
        secrets += readers.values.compactMap { $0.split(separator: " ").last.map(String.init) }
        for answer in made.answers { expectNone(of: secrets, in: answer.body, "a change") }
        var read = 0
        for (reader, authorization) in readers {
            for route in house.api.router.routes {
                let contract = try #require(house.api.contracts[route.operation])
                guard contract.isImplemented, case .reads = contract.effect else { continue }
                for asked in house.requests(route, contract) {
                    let answer = try await house.api.send(
                        route.method, asked.path, asked.body, with: ["Authorization": authorization], isHeld: false)
                    #expect(answer.status < 500, "\(route.operation) \(asked.body): \(answer.body)")
                    if answer.status == 200 { read += 1 }
                    let what = "\(route.operation) to \(reader)"
                    expectNone(of: secrets, in: answer.body, what)
                    for field in answer.headers.fields { expectNone(of: secrets, in: field.value, what) }
                    // An address that Slack calls a secret is shown to those who may change it, and to no outsider.
                    if ["nobody", "outsider"].contains(reader) { expectNone(of: [Self.slack], in: answer.body, what) }
                }
            }
        }
        #expect(read > 300)
        expectNone(of: secrets, in: house.api.log.text, "the log")
    }

    private func expectNone(of secrets: [String], in text: String, _ what: String) {
        for secret in secrets {
            #expect(!text.contains(secret), "\(what) tells \(secret.prefix(30)): \(text.prefix(500))")
        }
    }

    /// Puts a secret into every place for one; what the changes answered, but for those that must tell one.
    private func hide(in house: FurnishedAPI) async throws -> (answers: [Answer], applicationSecret: String) {
        let api = house.api
        var answers: [Answer] = []
        func change(_ path: String, _ body: JSON) async throws -> Answer {
            let answer = try await api.send(.post, path, body.text, with: ["Idempotency-Key": UUID().description])
            #expect(answer.status < 300, "\(path): \(answer.body)")
            answers.append(answer)
            return answer
        }
        let configuration: JSON = ["host": "db", "password": .string(Self.configuration)]
        let source: JSON = ["sourceId": house["sourceId"], "name": "Shop", "connectionConfiguration": configuration]
        for path in ["sources/update", "sources/partial_update", "sources/check_connection_for_update"] {
            _ = try await change("/api/v1/\(path)", source)
        }
        let core: JSON = [
            "workspaceId": house["workspaceId"], "sourceDefinitionId": house["sourceDefinitionId"],
            "connectionConfiguration": configuration,
        ]
        _ = try await change("/api/v1/scheduler/sources/check_connection", core)
        _ = try await change(
            "/api/public/v1/sources",
            [
                "workspaceId": house["workspaceId"], "definitionId": house["sourceDefinitionId"], "name": "Public",
                "configuration": configuration,
            ])
        let notification: JSON = [
            "notificationType": ["slack", "webhook"], "slackConfiguration": ["webhook": .string(Self.slack)],
            "webhookConfiguration": ["url": "https://example.com", "secret": .string(Self.others[1])],
        ]
        _ = try await change(
            "/api/v1/workspaces/update",
            [
                "workspaceId": house["workspaceId"], "notificationSettings": ["sendOnFailure": notification],
                "webhookConfigs": [["name": "dbt", "authToken": .string(Self.others[0])]],
            ])
        var catalog = house["syncCatalog"]
        var entry = catalog["streams"]?[0] ?? .null
        entry["config"]?["mappers"] = [
            [
                "type": "encryption",
                "mapperConfiguration": [
                    "algorithm": "AES", "targetField": "id", "fieldNameSuffix": "_secret", "mode": "CBC",
                    "padding": "PKCS5Padding", "key": .string(Self.key),
                ],
            ]
        ]
        catalog["streams"] = [entry]
        _ = try await change(
            "/api/v1/connections/update", ["connectionId": house["connectionId"], "syncCatalog": catalog])
        let user = try await change(
            "/api/swiftlet/users",
            ["name": "Ada", "email": "ada@example.org", "password": .string(Self.password)])
        _ = try await change(
            "/api/swiftlet/users/\(try user.text("userId"))/password", ["password": .string(Self.password)])
        let application = try await change("/api/v1/applications/create", ["name": "ci"])
        answers.removeLast()
        let secret = try application.text("clientSecret")
        let bought = try await api.send(
            .post, "/api/v1/applications/token",
            #"{"client_id":"\#(try application.text("clientId"))","client_secret":"\#(secret)"}"#)
        #expect(bought.status == 200)
        return (answers, secret)
    }
}

extension FurnishedAPI {
    subscript(_ member: String) -> JSON { values[member] ?? .null }

    /// What the operation may be asked: as little as it takes, and with every member and parameter in turn.
    fileprivate func requests(_ route: Route, _ contract: Contract) -> [(path: String, body: String)] {
        let path = path(of: route)
        var requests = [(path, contract.takes.map { example($0).text } ?? "")]
        if let takes = contract.takes, case .object(_, let members) = takes {
            for member in members.all where !member.isRequired {
                var body = example(takes)
                body[member.name] = example(member.shape, member.name)
                requests.append((path, body.text))
            }
        }
        if case .object(_, let members)? = contract.query {
            for member in members.all {
                let value = example(member.shape, member.name)
                let first = value.arrayValue.map { $0.first ?? .null } ?? value
                requests.append((path + "?\(member.name)=\(first.stringValue ?? first.text)", requests[0].1))
            }
        }
        return requests
    }
}
