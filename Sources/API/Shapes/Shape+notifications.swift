import Model

extension Shape {
    static let notificationSettings = Shape.object(
        "NotificationSettings",
        Members(
            NotificationSettings.Trigger.allCases.map { trigger in
                Members.Member(name: trigger.rawValue, shape: notificationItem, isRequired: false)
            }))

    private static let slackConfiguration = Shape.object(
        "SlackNotificationConfiguration", ["webhook?": .string])

    private static let notificationItem = Shape.object(
        "NotificationItem",
        [
            "notificationType?": .list(.words(NotificationSettings.Channel.self)),
            "slackConfiguration?": slackConfiguration,
            "customerioConfiguration?": .map(.any),
            "webhookConfiguration?": .object(
                "WebhookNotificationConfiguration", ["url?": .string, "secret?": .string]),
        ])

    static let notificationTry = Shape.object(
        "Notification",
        [
            "notificationType": .words(NotificationSettings.Channel.self), "sendOnSuccess?": .boolean,
            "sendOnFailure?": .boolean,
            "slackConfiguration?": slackConfiguration,
            "customerioConfiguration?": .map(.any), "workspaceId?": .uuid,
        ])

    static let notificationWebhookTry = Shape.object(
        "NotificationWebhookConfigValidationRequestBody",
        [
            "notificationTrigger?": .string, "workspaceId?": .uuid,
            "slackConfiguration": slackConfiguration,
        ])

    static let notificationRead = Shape.object(
        "NotificationRead", ["status": .word(["succeeded", "failed"]), "message?": .string])
}
