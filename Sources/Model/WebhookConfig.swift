package import JSON

package typealias WebhookConfigID = ID<WebhookConfig>

/// A service that webhook operations of a workspace call, with the token that opens it.
package struct WebhookConfig: Sendable, Hashable, Codable {
    package var id: WebhookConfigID
    package var name: String
    /// A reference to the token; nil: the service wants none.
    package var authToken: JSON?
    package var customDbtHost: String?

    package init(
        id: WebhookConfigID = WebhookConfigID(), name: String, authToken: JSON? = nil, customDbtHost: String? = nil
    ) {
        self.id = id
        self.name = name
        self.authToken = authToken
        self.customDbtHost = customDbtHost
    }
}
