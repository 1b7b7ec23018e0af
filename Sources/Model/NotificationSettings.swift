package import JSON

/// Whom a workspace tells what (protocol.md 7.1). Coded as the API writes it; secrets stand as references.
package struct NotificationSettings: Sendable, Hashable {
    /// What something is told of.
    package enum Trigger: String, Sendable, CaseIterable {
        case success = "sendOnSuccess"
        case failure = "sendOnFailure"
        case syncDisabled = "sendOnSyncDisabled"
        case syncDisabledWarning = "sendOnSyncDisabledWarning"
        case connectionUpdate = "sendOnConnectionUpdate"
        case connectionUpdateActionRequired = "sendOnConnectionUpdateActionRequired"
        case breakingChangeWarning = "sendOnBreakingChangeWarning"
        case breakingChangeSyncsDisabled = "sendOnBreakingChangeSyncsDisabled"
        case syncQueued = "sendOnConnectionSyncQueued"
    }

    package enum Channel: String, Sendable, Codable, CaseIterable {
        /// Any address that takes Slack's messages.
        case slack
        /// E-mail through Airbyte's cloud; accepted, and nothing is sent.
        case customerio
        /// The event as it is, signed.
        case webhook
    }

    package struct Item: Sendable, Hashable, Codable {
        package struct Slack: Sendable, Hashable, Codable {
            package var webhook: String

            package init(webhook: String) { self.webhook = webhook }
        }

        package struct Webhook: Sendable, Hashable, Codable {
            package var url: String
            /// A reference to what the calls are signed with.
            package var secret: JSON

            package init(url: String, secret: JSON) {
                self.url = url
                self.secret = secret
            }
        }

        package var notificationType: [Channel]?
        package var slackConfiguration: Slack?
        package var customerioConfiguration: JSON?
        package var webhookConfiguration: Webhook?

        package init(_ types: [Channel] = [], slack: String? = nil, webhook: Webhook? = nil) {
            notificationType = types
            slackConfiguration = slack.map(Slack.init)
            webhookConfiguration = webhook
        }

        /// Where a channel leads; nil where it is off or lacks its address.
        package func address(of channel: Delivery.Channel) -> String? {
            switch channel {
            case .slack: notificationType?.contains(.slack) == true ? slackConfiguration?.webhook : nil
            case .webhook: notificationType?.contains(.webhook) == true ? webhookConfiguration?.url : nil
            }
        }
    }

    private var items: [String: Item]

    package init() { items = [:] }

    package subscript(trigger: Trigger) -> Item? {
        get { items[trigger.rawValue] }
        set { items[trigger.rawValue] = newValue }
    }
}

extension NotificationSettings: Codable {
    package init(from decoder: any Decoder) throws {
        items = try decoder.singleValueContainer().decode([String: Item].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(items)
    }
}
