import Model

/// What the public API takes and gives, but for connections.
extension Shape {
    /// A page of a list.
    static func publicPage(_ name: String, of element: Shape) -> Shape {
        .object(name, ["previous": .string, "next": .string, "data": .list(element)])
    }

    /// The parameters of a page of things that belong to workspaces.
    static let publicListQuery: Shape = .object("", publicListParameters)
    static let publicListParameters: Members = [
        "workspaceIds?": .list(.uuid), "includeDeleted?": .boolean, "limit?": .integer, "offset?": .integer,
    ]

    static let publicJob: Shape = .object(
        "JobResponse",
        [
            "jobId": .integer, "status": .words(Job.Status.self), "jobType": .words(PublicJobType.self),
            "startTime": .time, "connectionId": .uuid, "lastUpdatedAt?": .time, "duration?": .string,
            "bytesSynced": .integer, "rowsSynced": .integer,
        ])
    static let publicJobCreate: Shape = .object(
        "JobCreateRequest", ["connectionId": .uuid, "jobType": .words(PublicJobType.self)])
    static let publicJobQuery: Shape = .object(
        "",
        [
            "connectionId?": .uuid, "workspaceIds?": .list(.uuid), "jobType?": .words(PublicJobType.self),
            "status?": .string, "createdAtStart?": .time, "createdAtEnd?": .time, "updatedAtStart?": .time,
            "updatedAtEnd?": .time, "orderBy?": .string, "limit?": .integer, "offset?": .integer,
        ])

    static func publicConnector(_ kind: ConnectorKind) -> Shape {
        .object(
            "\(kind.noun)Response",
            [
                kind.idKey: .uuid, "name": .string, kind.typeKey: .string, "definitionId": .uuid, "workspaceId": .uuid,
                "configuration": .any, "createdAt": .integer,
            ])
    }

    static func publicConnectorCreate(_ kind: ConnectorKind) -> Shape {
        .object(
            "\(kind.noun)CreateRequest",
            [
                "name": .string, "workspaceId": .uuid, "configuration": .any, "definitionId?": .uuid,
                // Taken from clients that send it, and not kept: jobs here share their machine.
                "resourceAllocation?": .any,
            ])
    }

    static func publicConnectorPatch(_ kind: ConnectorKind) -> Shape {
        .object(
            "\(kind.noun)PatchRequest",
            ["name?": .string, "workspaceId?": .uuid, "configuration?": .any, "resourceAllocation?": .any])
    }

    static func publicConnectorPut(_ kind: ConnectorKind) -> Shape {
        .object("\(kind.noun)PutRequest", ["name": .string, "configuration": .any, "resourceAllocation?": .any])
    }

    static let publicDefinition: Shape = .object(
        "DefinitionResponse",
        [
            "id": .uuid, "name": .string, "dockerRepository": .string, "dockerImageTag": .string,
            "documentationUrl?": .string,
        ])
    static let publicDefinitionCreate: Shape = .object(
        "CreateDefinitionRequest",
        [
            "name": .string, "dockerRepository": .string, "dockerImageTag": .string, "documentationUrl?": .string,
        ])
    static let publicDefinitionUpdate: Shape = .object(
        "UpdateDefinitionRequest", ["name": .string, "dockerImageTag": .string])

    static let publicWorkspace: Shape = .object(
        "WorkspaceResponse",
        [
            "workspaceId": .uuid, "name": .string, "dataResidency": .string, "notifications": publicNotifications,
        ])
    static let publicWorkspaceCreate: Shape = .object(
        "WorkspaceCreateRequest",
        [
            "name": .string, "notifications?": publicNotifications, "organizationId?": .uuid, "regionId?": .uuid,
        ])
    static let publicWorkspacePatch: Shape = .object(
        "WorkspaceUpdateRequest", ["name?": .string, "notifications?": publicNotifications, "regionId?": .uuid])

    private static let publicNotifications: Shape = .object(
        "NotificationsConfig",
        [
            "success?": publicNotification, "failure?": publicNotification, "connectionUpdate?": publicNotification,
            "connectionUpdateActionRequired?": publicNotification, "syncDisabled?": publicNotification,
            "syncDisabledWarning?": publicNotification,
        ])
    private static let publicNotification: Shape = .object(
        "NotificationConfig",
        [
            "email?": .object("EmailNotificationConfig", ["enabled?": .boolean]),
            "webhook?": .object("WebhookNotificationConfig", ["enabled?": .boolean, "url?": .string]),
        ])
}
