import HTTPClient
import JSON
import Model
import SQL
import Secrets
import Time

extension NotificationSettings {
    /// Every item there is, also those that tell nobody; secrets are masked.
    var wire: JSON {
        var wire = JSON.object(JSONObject())
        let stored = SecretVault.masked((try? JSON.encode(self)) ?? [:])
        for trigger in Trigger.allCases {
            wire[trigger.rawValue] = stored[trigger.rawValue] ?? ["notificationType": []]
        }
        return wire
    }

    /// Which members of the stored form are secrets: what our own webhooks are signed with.
    private static let secrets = SecretSchema([
        "additionalProperties": [
            "properties": ["webhookConfiguration": ["properties": ["secret": ["airbyte_secret": true]]]]
        ]
    ])

    /// The settings with the items that the body names in place of those before; its secrets go to the vault.
    func applying(
        _ body: Body, _ vault: SecretVault, workspace: WorkspaceID, in session: any Session, at time: Instant
    ) throws -> NotificationSettings {
        let stored = try JSON.encode(self)
        var next = SecretVault.masked(stored)
        for trigger in Trigger.allCases {
            guard let item: Body = try body.optional(trigger.rawValue) else { continue }
            next[trigger.rawValue] = try trigger.read(item, before: self[trigger])
        }
        return try vault.split(
            next, schema: Self.secrets, replacing: stored, workspace: workspace, in: session, at: time
        ).decode()
    }
}

extension NotificationSettings.Trigger {
    /// How the public API and Airbyte's messages call it.
    var shortName: String {
        let name = rawValue.dropFirst("sendOn".count)
        return name.prefix(1).lowercased() + name.dropFirst()
    }

    fileprivate func read(_ item: Body, before: NotificationSettings.Item?) throws -> JSON {
        let types: [NotificationSettings.Channel] = try item.optional("notificationType") ?? []
        var wire: JSON = ["notificationType": .array(types.map { .string($0.rawValue) })]
        let slack = try item.optional("slackConfiguration", as: Body.self)?.address("webhook")
        if let slack { wire["slackConfiguration"] = ["webhook": .string(slack)] }
        // Accepted and kept for clients that set it; nothing is sent (docs/OPERATIONS.md).
        wire["customerioConfiguration"] = try item.optional(
            "customerioConfiguration", as: JSONObject.self
        ).map(JSON.object)
        let webhook: Body? = try item.optional("webhookConfiguration")
        let url = try webhook?.address("url")
        if let webhook, let url {
            wire["webhookConfiguration"] = [
                "url": .string(url),
                "secret": .string(try webhook.signingSecret(isStored: before?.webhookConfiguration != nil)),
            ]
        }
        if types.contains(.slack) && slack == nil || types.contains(.webhook) && url == nil {
            throw Problem.missingURL(of: self)
        }
        return wire
    }
}

extension NotificationSettings.Channel: WireReadable {}

extension Problem {
    /// In Airbyte's words, which its own suites compare.
    static func missingURL(of trigger: NotificationSettings.Trigger) -> Problem {
        .badRequest("The '\(trigger.shortName)' notification is enabled but is missing a URL.")
    }
}

extension Body {
    /// An address that can be called; an empty one counts as none.
    func address(_ member: String) throws -> String? {
        guard let text: String = try optional(member), !text.isEmpty else { return nil }
        do { return try WebAddress(text).text } catch {
            throw Problem.unprocessable("\(path)\(member): \(error.message)")
        }
    }

    /// Left out, it stays as it is stored.
    fileprivate func signingSecret(isStored: Bool) throws -> String {
        guard let secret: String = try optional("secret"), secret != SecretVault.mask else {
            if isStored { return SecretVault.mask }
            throw Problem.badRequest("\(path)secret is missing; calls are signed with it.")
        }
        guard (16...512).contains(secret.utf8.count) else {
            throw Problem.unprocessable("\(path)secret must hold 16 to 512 bytes, best of them random.")
        }
        return secret
    }
}
