import HTTP
import JSON
import Model
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("Notifications over the API", .timeLimit(.minutes(3)))
struct NotificationTests {
    private static let organization: JSON = "00000000-0000-0000-0000-000000000000"

    @Test(.proves("7.1-settings")) func `a workspace is made with its settings and changed item by item`() async throws
    {
        let api = try await TestAPI()
        let made = try await api.post(
            "workspaces/create",
            [
                "name": "Data & Co", "organizationId": Self.organization, "email": "a@example.org",
                "notificationSettings": [
                    "sendOnFailure": [
                        "notificationType": ["slack", "customerio"], "slackConfiguration": ["webhook": "https://h/x"],
                        "customerioConfiguration": [:],
                    ]
                ],
            ])
        #expect(made.status == 200, "\(made.body)")
        #expect(made["slug"] == "data-co")
        #expect(made["email"] == "a@example.org")
        let failure = made["notificationSettings"]?["sendOnFailure"]
        #expect(failure?["slackConfiguration"]?["webhook"] == "https://h/x")
        #expect(failure?["notificationType"] == ["slack", "customerio"])
        #expect(made["notificationSettings"]?.objectValue?.count == 9)
        #expect(made["notificationSettings"]?["sendOnSuccess"] == ["notificationType": []])

        let id: JSON = .string(try made.text("workspaceId"))
        let updated = try await api.post(
            "workspaces/update",
            [
                "workspaceId": id, "initialSetupComplete": true,
                "notificationSettings": [
                    "sendOnSuccess": ["notificationType": ["slack"], "slackConfiguration": ["webhook": "http://h/y"]]
                ],
            ])
        #expect(updated["initialSetupComplete"] == true)
        #expect(updated["name"] == "Data & Co")
        #expect(updated["notificationSettings"]?["sendOnFailure"] == failure)
        #expect(updated["notificationSettings"]?["sendOnSuccess"]?["slackConfiguration"]?["webhook"] == "http://h/y")
        let read = try await api.post("workspaces/get", ["workspaceId": id])
        #expect(read.json == updated.json)
        let renamed = try await api.post("workspaces/update_name", ["workspaceId": id, "name": "Other"])
        #expect(renamed["name"] == "Other")
        #expect(renamed["slug"] == "data-co")
        let second = try await api.post(
            "workspaces/create", ["name": "Data, Co!", "organizationId": Self.organization])
        #expect(try second.text("slug").hasPrefix("data-co-"))
        #expect(try await api.post("workspaces/create", ["name": "x", "organizationId": id]).status == 404)
    }

    @Test func `what makes no sense is refused with a sentence that names the item and not the address`() async throws {
        let api = try await TestAPI()
        func answer(_ settings: JSON) async throws -> Answer {
            try await api.post(
                "workspaces/update",
                ["workspaceId": .string(api.workspace.description), "notificationSettings": settings])
        }
        let missing = try await answer(["sendOnFailure": ["notificationType": ["slack"]]])
        #expect(missing.status == 400)
        #expect(missing.body.contains("The 'failure' notification is enabled but is missing a URL."))
        let unknown = try await answer(["sendOnFailure": ["notificationType": ["pigeon"]]])
        #expect(unknown.status == 422)
        for url in ["ftp://h/secret", "http://u:p@h/secret", "secret"] {
            let answer = try await answer([
                "sendOnSuccess": ["notificationType": ["slack"], "slackConfiguration": ["webhook": .string(url)]]
            ])
            #expect(answer.status == 422)
            #expect(answer.body.contains("sendOnSuccess.slackConfiguration.webhook"))
            #expect(!answer.body.contains("h/secret"))
        }
        let unsigned = try await answer([
            "sendOnSuccess": ["notificationType": ["webhook"], "webhookConfiguration": ["url": "http://h/"]]
        ])
        #expect(unsigned.status == 400)
        #expect(unsigned.body.contains("secret is missing"))
        let short = try await answer([
            "sendOnSuccess": [
                "notificationType": ["webhook"], "webhookConfiguration": ["url": "http://h/", "secret": "x"],
            ]
        ])
        #expect(short.status == 422)
    }

    @Test func `the secret of a signed webhook and the token of a service are masked and kept`() async throws {
        let api = try await TestAPI()
        func update(_ more: JSONObject) async throws -> Answer {
            var body: JSON = ["workspaceId": .string(api.workspace.description)]
            for (key, value) in more { body[key] = value }
            let answer = try await api.post("workspaces/update", body)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(!answer.body.contains("canary"))
            return answer
        }
        func secrets() async throws -> Set<String> {
            Set(
                try await api.database.read {
                    try $0.rows("SELECT coordinate FROM secret").map { try $0.get("coordinate") }
                })
        }
        func item(_ url: String, _ secret: String?) -> JSON {
            var webhook: JSON = ["url": .string(url)]
            webhook["secret"] = secret.map(JSON.string)
            return ["sendOnFailure": ["notificationType": ["webhook"], "webhookConfiguration": webhook]]
        }
        let first = try await update([
            "notificationSettings": item("http://h/1", "canary canary canary"),
            "webhookConfigs": [["name": "dbt", "authToken": "canary"], ["name": "other"]],
        ])
        #expect(first["notificationSettings"]?["sendOnFailure"]?["webhookConfiguration"]?["secret"] == "**********")
        let configs = try #require(first["webhookConfigs"]?.arrayValue)
        #expect(configs.map { $0["name"] } == ["dbt", "other"])
        #expect(configs.allSatisfy { $0["authToken"] == nil })
        let kept = try await secrets()
        #expect(kept.count == 2)
        // Left out or masked, they stay, and so do the ids.
        _ = try await update(["notificationSettings": item("http://h/2", nil)])
        let second = try await update([
            "notificationSettings": item("http://h/3", "**********"),
            "webhookConfigs": [["name": "dbt"], ["name": "other"]],
        ])
        #expect(second["webhookConfigs"] == first["webhookConfigs"])
        #expect(second["notificationSettings"]?["sendOnFailure"]?["webhookConfiguration"]?["url"] == "http://h/3")
        #expect(try await secrets() == kept)
        // Replaced or gone, nothing is left of them.
        _ = try await update([
            "notificationSettings": item("http://h/3", "canary canary canary 2"), "webhookConfigs": [["name": "other"]],
        ])
        #expect(try await secrets().count == 1)
        #expect(try await secrets().isDisjoint(with: kept))
        #expect(!api.log.text.contains("canary"))
    }

    @Test func `operations are made, listed for their connection, changed and taken away`() async throws {
        let api = try await TestAPI()
        let workspace: JSON = .string(api.workspace.description)
        let home = try await api.post(
            "workspaces/update", ["workspaceId": workspace, "webhookConfigs": [["name": "w", "authToken": "t"]]])
        let config = try #require(home["webhookConfigs"]?[0]?["id"])
        let configuration: JSON = [
            "operatorType": "webhook",
            "webhook": ["webhookConfigId": config, "executionUrl": "https://h/x", "executionBody": "{}"],
        ]
        let made = try await api.post(
            "operations/create", ["workspaceId": workspace, "name": "o", "operatorConfiguration": configuration])
        #expect(made.status == 200, "\(made.body)")
        #expect(made["operatorConfiguration"] == configuration)
        let old = try await api.post(
            "operations/create",
            [
                "workspaceId": workspace, "name": "old",
                "operatorConfiguration": ["operatorType": "normalization", "normalization": ["option": "basic"]],
            ])
        #expect(old.status == 200)
        let id: JSON = .string(try made.text("operationId"))
        let oldID: JSON = .string(try old.text("operationId"))
        let connection: JSON = .string(try await api.makeConnection(["operationIds": [oldID, id]]))
        let read = try await api.post("connections/get", ["connectionId": connection])
        #expect(read["operationIds"] == [oldID, id])
        let listed = try await api.post("operations/list", ["connectionId": connection])
        #expect(listed["operations"]?.arrayValue?.map { $0["operationId"] } == [oldID, id])

        let changed = try await api.post(
            "operations/update",
            [
                "operationId": id, "name": "p",
                "operatorConfiguration": [
                    "operatorType": "webhook",
                    "webhook": ["webhookType": "dbtCloud", "dbtCloud": ["accountId": 1, "jobId": 2]],
                ],
            ])
        #expect(changed["operatorConfiguration"]?["webhook"]?["dbtCloud"] == ["accountId": 1, "jobId": 2])
        #expect(try await api.post("operations/get", ["operationId": id]).json == changed.json)
        #expect(try await api.post("operations/delete", ["operationId": id]).status == 204)
        #expect(try await api.post("operations/get", ["operationId": id]).status == 404)
        let after = try await api.post("connections/get", ["connectionId": connection])
        #expect(after["operationIds"] == [oldID])
        let unknown = try await api.post("connections/update", ["connectionId": connection, "operationIds": [id]])
        #expect(unknown.status == 404)

        let check = try await api.post("operations/check", configuration)
        #expect(check.json == ["status": "succeeded"])
        let bad = try await api.post(
            "operations/check", ["operatorType": "webhook", "webhook": ["executionUrl": "file:///x"]])
        #expect(bad["status"] == "failed")
        #expect(bad["message"]?.stringValue?.contains("https://host/path") == true)
        let stray = try await api.post(
            "operations/create",
            [
                "workspaceId": workspace, "name": "o",
                "operatorConfiguration": [
                    "operatorType": "webhook", "webhook": ["webhookConfigId": connection, "executionUrl": "http://h"],
                ],
            ])
        #expect(stray.status == 422)
    }

    @Test(.proves("7.5-test")) func `a receiver can be tried out, and what it answers is told without its path`()
        async throws
    {
        let api = try await TestAPI()
        let receiver = try WebhookReceiver { $0 < 2 ? .text(200, "ok") : HTTPResponse(404) }
        let slack: JSON = ["webhook": .string(receiver.address + "/secret")]
        let good = try await api.post(
            "notifications/try",
            ["notificationType": "slack", "sendOnSuccess": false, "sendOnFailure": true, "slackConfiguration": slack])
        #expect(good.json == ["status": "succeeded"])
        let webhook = try await api.post(
            "notifications/try_webhook", ["notificationTrigger": "sync_success", "slackConfiguration": slack])
        #expect(webhook.json == ["status": "succeeded"])
        let bad = try await api.post("notifications/try_webhook", ["slackConfiguration": slack])
        #expect(bad.json == ["status": "failed", "message": .string("\(receiver.address) answered 404.")])
        await receiver.stop()
        let gone = try await api.post("notifications/try_webhook", ["slackConfiguration": slack])
        #expect(gone["status"] == "failed")
        #expect(!gone.body.contains("secret"))
        let texts = receiver.calls.map { $0.json["text"]?.stringValue ?? "" }
        #expect(
            texts.first
                == "Hello World! This is a test from Swiftlet to try slack notification settings for sync failures.")
        #expect(texts.dropFirst().first?.hasSuffix("for sync successes.") == true)
        #expect(receiver.calls.allSatisfy { $0.json.objectValue?.keys == ["text"] })
        let mail = try await api.post("notifications/try", ["notificationType": "customerio"])
        #expect(mail["status"] == "failed")
        #expect(mail["message"]?.stringValue?.contains("e-mail") == true)
        #expect(try await api.post("notifications/try", ["notificationType": "slack"]).status == 400)
    }

    @Test func `events are listed the newest first, by type, time and page, and shown with their deliveries`()
        async throws
    {
        let api = try await TestAPI()
        let text = try await api.makeConnection()
        let id = try #require(ConnectionID(text))
        try await api.database.write { session in
            var workspace = try session.lockedWorkspace(api.workspace)
            workspace.notifications[.syncDisabled] = NotificationSettings.Item([.slack], slack: "http://h/secret")
            try session.update(workspace)
            for (second, kind) in [
                ConnectionEvent.Kind.runSlow, .schemaPropagated, .connectionDisabled,
            ].enumerated() {
                try EventRecorder().record(kind, of: id, in: session, at: TestAPI.now + .seconds(second)) { detail in
                    detail.message = "m"
                }
            }
        }
        func list(_ more: JSONObject = [:]) async throws -> [JSON] {
            var body: JSON = ["connectionId": .string(text)]
            for (key, value) in more { body[key] = value }
            let answer = try await api.post("connections/events/list", body)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(!answer.holdsNull)
            return try #require(answer["events"]?.arrayValue)
        }
        let all = try await list()
        #expect(all.map { $0["eventType"] } == ["CONNECTION_DISABLED", "SCHEMA_UPDATE", "UNKNOWN"])
        #expect(all.map { $0["summary"]?["kind"] } == ["CONNECTION_DISABLED", "SCHEMA_PROPAGATED", "RUN_SLOW"])
        #expect(all[0]["createdAt"] == .integer(1_800_000_002))
        #expect(try await list(["eventTypes": ["SCHEMA_UPDATE", "SYNC_STARTED"]]) == [all[1]])
        #expect(try await list(["eventTypes": ["SYNC_STARTED"]]) == [])
        #expect(try await list(["pagination": ["pageSize": 1, "rowOffset": 2]]) == [all[2]])
        #expect(try await list(["createdAtStart": "2027-01-15T08:00:02Z"]) == [all[0]])
        let shown = try await api.post(
            "connections/events/get", ["connectionId": .string(text), "connectionEventId": all[0]["id"] ?? .null])
        #expect(shown["details"]?["message"] == "m")
        #expect(shown["details"]?["deliveries"]?.arrayValue?.map { $0["status"] } == ["pending"])
        #expect(!shown.body.contains("secret"))
        let other = try await api.post(
            "connections/events/get",
            ["connectionId": .string(WorkspaceID().description), "connectionEventId": all[0]["id"] ?? .null])
        #expect(other.status == 404)
        let minimal = try await api.post(
            "connections/events/list_minimal",
            [
                "workspaceId": .string(api.workspace.description), "eventTypes": ["UNKNOWN"],
                "createdAtStart": "2027-01-01T00:00:00Z", "createdAtEnd": "2027-02-01T00:00:00Z",
            ])
        #expect(minimal["events"]?.arrayValue?.map { $0["eventId"] } == [all[2]["id"]])
        #expect(minimal["events"]?[0]?["connectionName"] == "Shop <> Lake")
    }
}
