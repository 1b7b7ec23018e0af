import JSON
import Model
import Posix

extension Workspace {
    var wire: JSON { wire(isGone: false) }

    func wire(isGone: Bool) -> JSON {
        JSON(present: [
            "workspaceId": .id(id),
            "organizationId": .string(organizationID.description),
            "customerId": .string(UUID.zero.description),
            "dataplaneGroupId": .string(UUID.zero.description),
            "name": .string(name),
            "slug": .string(slug),
            "email": email.map(JSON.string),
            "initialSetupComplete": .bool(initialSetupComplete),
            "displaySetupWizard": false,
            "anonymousDataCollection": false,
            "news": false,
            "securityUpdates": false,
            "notifications": [],
            "notificationSettings": notifications.wire,
            "webhookConfigs": .array(webhooks.map(\.wire)),
            "tombstone": .bool(isGone),
        ])
    }
}
