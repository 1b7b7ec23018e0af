import HTTP
import HTTPClient
import JSON
import Model

/// `/api/v1/notifications`: a test message to a receiver, before anything is stored.
struct NotificationRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("notifications/try", "tryNotificationConfig", tryOut),
            .config("notifications/try_webhook", "tryNotificationWebhookConfig", tryWebhook),
        ]
    }

    func tryOut(_ body: Body) async throws -> JSON {
        let type: NotificationSettings.Channel = try body.required("notificationType")
        guard type == .slack else {
            return answer(
                type == .customerio
                    ? "customerio stands for e-mail through Airbyte's cloud, which is not here; name a webhook."
                    : "Only webhooks of the type slack can be tried out; the others send events as they come.")
        }
        let successes = try body.optional("sendOnSuccess", as: Bool.self) ?? false
        let failures = try body.optional("sendOnFailure", as: Bool.self) ?? true
        return try await send(to: body, about: successes && !failures ? "sync successes" : "sync failures")
    }

    func tryWebhook(_ body: Body) async throws -> JSON {
        let trigger: String = try body.optional("notificationTrigger") ?? "sync_failure"
        let about =
            switch trigger {
            case "sync_success": "sync successes"
            case "sync_failure": "sync failures"
            default: trigger.map { $0 == "_" ? " " : "\($0)" }.joined()
            }
        return try await send(to: body, about: about)
    }

    private func send(to body: Body, about what: String) async throws -> JSON {
        let slack: Body = try body.required("slackConfiguration")
        guard let text = try slack.address("webhook") else { throw Problem.missing("slackConfiguration.webhook") }
        let address = try WebAddress(text)
        let message: JSON = [
            "text": .string("Hello World! This is a test from Swiftlet to try slack notification settings for \(what).")
        ]
        let call = HTTPCall(address, headers: [("Content-Type", "application/json")], body: message.bytes)
        do {
            let reply = try await services.client.send(call)
            return answer((200...299).contains(reply.status) ? nil : "\(address) answered \(reply.status).")
        } catch let error as HTTPCallError {
            return answer(error.message)
        }
    }

    /// - Parameter failure: why it did not work; nil: it did.
    private func answer(_ failure: String?) -> JSON {
        JSON(present: [
            "status": .string(failure == nil ? "succeeded" : "failed"), "message": failure.map(JSON.string),
        ])
    }
}
