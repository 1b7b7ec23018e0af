package import Posix
package import Time

package typealias WorkspaceID = ID<Workspace>

/// What sources, destinations and connections belong to.
package struct Workspace: Sendable, Hashable {
    package var id: WorkspaceID
    package var organizationID: UUID
    package var name: String
    package var slug: String
    package var email: String?
    package var initialSetupComplete: Bool
    package var notifications: NotificationSettings
    /// The services that webhook operations call.
    package var webhooks: [WebhookConfig]
    package var createdAt: Instant

    package init(
        id: WorkspaceID = WorkspaceID(), organizationID: UUID = .zero, name: String, slug: String, email: String? = nil,
        initialSetupComplete: Bool = true, notifications: NotificationSettings = NotificationSettings(),
        webhooks: [WebhookConfig] = [], createdAt: Instant
    ) {
        self.id = id
        self.organizationID = organizationID
        self.name = name
        self.slug = slug
        self.email = email
        self.initialSetupComplete = initialSetupComplete
        self.notifications = notifications
        self.webhooks = webhooks
        self.createdAt = createdAt
    }
}
