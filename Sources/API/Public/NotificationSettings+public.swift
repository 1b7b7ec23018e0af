import JSON
import Model

extension NotificationSettings {
    /// What the public API knows of; the others belong to the Config API alone.
    private static let publicTriggers: [Trigger] = [
        .success, .failure, .connectionUpdate, .connectionUpdateActionRequired, .syncDisabled, .syncDisabledWarning,
    ]

    /// What a workspace begins with that the public API makes: e-mail of everything but successes, as Airbyte has it.
    static var publicDefault: NotificationSettings {
        var settings = NotificationSettings()
        for trigger in publicTriggers { settings[trigger] = Item(trigger == .success ? [] : [.customerio]) }
        return settings
    }

    /// The public API's shape: for each, whether e-mail and the webhook are on, and the webhook's address.
    var publicWire: JSON {
        var wire = JSON.object(JSONObject())
        for trigger in Self.publicTriggers {
            let types = self[trigger]?.notificationType ?? []
            wire[trigger.shortName] = [
                "email": ["enabled": .bool(types.contains(.customerio))],
                "webhook": JSON(present: [
                    "enabled": .bool(types.contains(.slack)),
                    "url": self[trigger]?.slackConfiguration.map { .string($0.webhook) },
                ]),
            ]
        }
        return wire
    }

    /// Changes what the body names, down to single switches. Throws 400 where a webhook is on that has no address.
    mutating func applyPublic(_ body: Body) throws {
        for trigger in Self.publicTriggers {
            guard let wanted: Body = try body.optional(trigger.shortName) else { continue }
            var item = self[trigger] ?? Item()
            if let email: Bool = try wanted.optional("email", as: Body.self)?.optional("enabled") {
                item.set(.customerio, email)
            }
            if let webhook: Body = try wanted.optional("webhook") {
                if webhook.has("url") {
                    item.slackConfiguration = try webhook.address("url").map { Item.Slack(webhook: $0) }
                }
                if let isOn: Bool = try webhook.optional("enabled") { item.set(.slack, isOn) }
            }
            guard item.slackConfiguration != nil || item.notificationType?.contains(.slack) != true else {
                throw Problem.missingURL(of: trigger)
            }
            self[trigger] = item
        }
    }
}

extension NotificationSettings.Item {
    fileprivate mutating func set(_ channel: NotificationSettings.Channel, _ isOn: Bool) {
        var types = (notificationType ?? []).filter { $0 != channel }
        if isOn { types.append(channel) }
        notificationType = types
    }
}
