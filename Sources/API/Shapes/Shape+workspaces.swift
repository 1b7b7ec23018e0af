import Model

extension Shape {
    static let workspaceID = Shape.object(
        "WorkspaceIdRequestBody", ["workspaceId": .uuid, "includeTombstone?": .boolean])

    static let workspaceRead = Shape.object(
        "WorkspaceRead",
        [
            "workspaceId": .uuid, "organizationId": .uuid, "customerId": .uuid, "dataplaneGroupId": .uuid,
            "name": .string, "slug": .string, "email?": .string, "initialSetupComplete": .boolean,
            "displaySetupWizard": .boolean, "anonymousDataCollection": .boolean, "news": .boolean,
            "securityUpdates": .boolean, "notifications": .list(notificationTry),
            "notificationSettings": notificationSettings,
            "webhookConfigs": .list(
                .object("WebhookConfigRead", ["id": .uuid, "name": .string, "customDbtHost?": .string])),
            "tombstone": .boolean,
        ])

    static let workspaceList = Shape.object("WorkspaceReadList", ["workspaces": .list(workspaceRead)])

    static let workspaceCreate = Shape.object(
        "WorkspaceCreate", ["name": .string, "organizationId": .uuid] + workspaceSettings)
    static let workspaceCreateWithID = Shape.object(
        "WorkspaceCreateWithId", ["id": .uuid, "name": .string, "organizationId": .uuid] + workspaceSettings)
    static let workspaceUpdate = Shape.object(
        "WorkspaceUpdate", ["workspaceId": .uuid, "name?": .string] + workspaceSettings)
    static let workspaceUpdateName = Shape.object("WorkspaceUpdateName", ["workspaceId": .uuid, "name": .string])

    private static let workspaceSettings: Members = [
        "email?": .string, "initialSetupComplete?": .boolean, "displaySetupWizard?": .boolean,
        "anonymousDataCollection?": .boolean, "news?": .boolean, "securityUpdates?": .boolean,
        "dataplaneGroupId?": .uuid, "notificationSettings?": notificationSettings,
        "webhookConfigs?": .list(
            .object(
                "WebhookConfigWrite",
                [
                    "id?": .uuid, "name?": .string, "authToken?": .string, "validationUrl?": .string,
                    "customDbtHost?": .string,
                ])),
    ]

    static let workspacesOfOrganization = Shape.object(
        "ListWorkspacesInOrganizationRequestBody", ["organizationId": .uuid] + page)
    static let workspacesOfPerson = Shape.object("ListWorkspacesByUserRequestBody", ["userId": .uuid] + page)

    /// What is asked of lists that cover several workspaces.
    static let resourcesOfWorkspaces = Shape.object(
        "ListResourcesForWorkspacesRequestBody", ["workspaceIds": .list(.uuid), "includeDeleted?": .boolean] + page)

    /// Which rows of a list to show.
    static let page: Members = [
        "pagination?": pagination, "nameContains?": .string,
    ]
}
