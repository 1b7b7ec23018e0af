import Model

/// Connections and streams as the public API takes and gives them.
extension Shape {
    static let publicConnection: Shape = .object(
        "ConnectionResponse",
        [
            "connectionId": .uuid, "name": .string, "sourceId": .uuid, "destinationId": .uuid, "workspaceId": .uuid,
            "status": .words(Connection.Status.self), "statusReason?": .string,
            "schedule": .object(
                "ConnectionScheduleResponse",
                [
                    "scheduleType": .word(["manual", "cron", "basic"]), "cronExpression?": .string,
                    "basicTiming?": .string,
                ]),
            "configurations": publicConfigurations, "createdAt": .integer, "tags": .list(tag),
            "namespaceDefinition": .words(PublicNamespaceDefinition.self), "namespaceFormat?": .string,
            "nonBreakingSchemaUpdatesBehavior": .words(PublicSchemaUpdates.self), "prefix": .string,
        ])

    static let publicConnectionCreate: Shape = .object(
        "ConnectionCreateRequest", ["sourceId": .uuid, "destinationId": .uuid] + publicConnectionSettings)
    static let publicConnectionPatch: Shape = .object("ConnectionPatchRequest", publicConnectionSettings)

    static let publicConnectionQuery: Shape = .object("", publicListParameters + ["tagIds?": .list(.uuid)])

    static let publicStreams: Shape = .list(
        .object(
            "StreamProperties",
            [
                "streamName": .string, "streamnamespace?": .string, "syncModes?": .list(.words(PublicSyncMode.self)),
                "defaultCursorField": .list(.string), "sourceDefinedCursorField": .boolean,
                "sourceDefinedPrimaryKey": .list(.list(.string)), "propertyFields": .list(.list(.string)),
            ]))
    static let publicStreamQuery: Shape = .object(
        "", ["sourceId": .uuid, "destinationId?": .uuid, "ignoreCache?": .boolean])

    private static let publicConnectionSettings: Members = [
        "name?": .string, "status?": .words(Connection.Status.self),
        "schedule?": .object(
            "AirbyteApiConnectionSchedule",
            ["scheduleType": .word(["manual", "cron"]), "cronExpression?": .string]),
        "configurations?": publicConfigurations,
        "namespaceDefinition?": .words(PublicNamespaceDefinition.self), "namespaceFormat?": .string,
        "prefix?": .string, "nonBreakingSchemaUpdatesBehavior?": .words(PublicSchemaUpdates.self),
        "tags?": .list(connectionTag),
        // Taken from clients that send them, and not kept.
        "dataResidency?": .string,
    ]

    private static let publicConfigurations: Shape = .object(
        "StreamConfigurations", ["streams?": .list(publicStreamConfiguration)])

    private static let publicStreamConfiguration: Shape = .object(
        "StreamConfiguration",
        [
            "name": .string, "namespace?": .string, "syncMode?": .words(PublicSyncMode.self),
            "cursorField?": .list(.string), "primaryKey?": .list(.list(.string)),
            "selectedFields?": .list(.object("SelectedFieldInfo", ["fieldPath": .list(.string)])),
            "mappers?": .list(mapper),
            "includeFiles?": .boolean, "destinationObjectName?": .string,
        ])
}
