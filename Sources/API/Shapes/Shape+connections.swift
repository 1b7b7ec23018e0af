import Airbyte
import Model
import Schedule

extension Shape {
    static let connectionID = Shape.object("ConnectionIdRequestBody", ["connectionId": .uuid])

    static let connectionTag = Shape.object(
        "ConnectionTag", ["tagId": .uuid, "workspaceId?": .uuid, "name?": .string, "color?": .string])

    private static let rhythm = Shape.object(
        "ConnectionSchedule", ["units": .integer, "timeUnit": .words(BasicInterval.TimeUnit.self)])
    private static let cron = Shape.object(
        "ConnectionScheduleDataCron", ["cronExpression": .string, "cronTimeZone": .string])

    static let scheduleData = Shape.object("ConnectionScheduleData", ["basicSchedule?": rhythm, "cron?": cron])
    static let scheduleType = Shape.word(["manual", "basic", "cron"])

    /// What of a connection may be said when it is made and when it is changed.
    private static let wishes: Members = [
        "name?": .string, "namespaceDefinition?": .words(Connection.NamespaceDefinition.self),
        "namespaceFormat?": .string, "prefix?": .string, "syncCatalog?": streamCatalog, "schedule?": rhythm,
        "scheduleType?": scheduleType, "scheduleData?": scheduleData, "sourceCatalogId?": .uuid,
        "destinationCatalogId?": .uuid, "dataplaneGroupId?": .uuid, "resourceRequirements?": resourceRequirements,
        "notifySchemaChanges?": .boolean, "notifySchemaChangesByEmail?": .boolean,
        "nonBreakingChangesPreference?": .words(Connection.NonBreakingChanges.self),
        "backfillPreference?": .word(["enabled", "disabled"]), "tags?": .list(connectionTag),
        "onDemandEnabled?": .boolean, "runPolicy?": runPolicy,
    ]

    private static let references: Members = ["operationIds?": .list(.uuid)]

    private static let connectors: Members = [
        "sourceId": .uuid, "destinationId": .uuid, "status": .words(Connection.Status.self),
    ]

    static let connectionCreate = Shape.object("ConnectionCreate", connectors + wishes + references)

    private static let changes: Members = [
        "connectionId": .uuid, "status?": .words(Connection.Status.self), "breakingChange?": .boolean,
        "skipReset?": .boolean,
    ]

    static let connectionUpdate = Shape.object("ConnectionUpdate", changes + wishes + references)

    static let webConnectionCreate = Shape.object(
        "WebBackendConnectionCreate", connectors + wishes + references + ["operations?": .list(inlineOperation)])

    static let webConnectionUpdate = Shape.object(
        "WebBackendConnectionUpdate", changes + wishes + references + ["operations?": .list(inlineOperation)])

    private static let runPolicy = Shape.object(
        "ConnectionRunPolicy",
        [
            "retry?": .map(.integer), "maxRunSeconds?": .integer, "slowRunWarningSeconds?": .integer,
            "countMismatch?": .words(CountMismatch.self),
        ])

    /// What every reading of a connection tells.
    private static let facts: Members = [
        "connectionId": .uuid, "name": .string, "sourceId": .uuid, "destinationId": .uuid,
        "namespaceDefinition?": .words(Connection.NamespaceDefinition.self), "namespaceFormat?": .string,
        "prefix?": .string, "operationIds?": .list(.uuid), "syncCatalog": streamCatalog, "schedule?": rhythm,
        "scheduleType?": scheduleType, "scheduleData?": scheduleData, "status": .words(Connection.Status.self),
        "statusReason?": .string, "schemaChange": schemaStanding, "notifySchemaChanges": .boolean,
        "notifySchemaChangesByEmail": .boolean,
        "nonBreakingChangesPreference": .words(Connection.NonBreakingChanges.self),
        "backfillPreference?": .word(["enabled", "disabled"]), "tags": .list(tag),
        "onDemandEnabled": .boolean, "runPolicy?": runPolicy, "resourceRequirements?": resourceRequirements,
    ]

    static let connectionRead = Shape.object(
        "ConnectionRead",
        facts + [
            "workspaceId": .uuid, "sourceCatalogId?": .uuid, "breakingChange": .boolean, "created_at": .integer,
        ])

    static let connectionList = Shape.object("ConnectionReadList", ["connections": .list(connectionRead)])

    static let webConnectionRead = Shape.object(
        "WebBackendConnectionRead",
        facts + [
            "workspaceId": .uuid, "createdAt": .integer, "catalogId?": .uuid, "catalogDiff?": catalogDiff,
            "breakingChange": .boolean,
            "source": .oneOf([webConnector(.source)]), "destination": .oneOf([webConnector(.destination)]),
            "operations": .list(operationRead), "isSyncing": .boolean, "latestSyncJobCreatedAt?": .integer,
            "latestSyncJobStatus?": .words(Job.Status.self), "sourceActorDefinitionVersion": versionRead,
            "destinationActorDefinitionVersion": versionRead,
        ])

    private static func webConnector(_ kind: ConnectorKind) -> Shape {
        .object(
            "WebBackendConnection\(kind.noun)",
            Members([
                Members.Member(name: kind.idKey, shape: .uuid, isRequired: true),
                Members.Member(name: kind.definitionIDKey, shape: .uuid, isRequired: true),
                Members.Member(name: kind.nameKey, shape: .string, isRequired: true),
            ]) + ["name": .string, "workspaceId?": .uuid, "icon?": .string, "connectionConfiguration?": .any]
                + [
                    "createdAt?": .integer, "isVersionOverrideApplied?": .boolean, "isEntitled?": .boolean,
                    "supportState?": .string, "status?": .string, "numConnections?": .integer, "lastSync?": .integer,
                    "connectionJobStatuses?": .map(.integer), "breakingChanges?": .any, "resourceAllocation?": .any,
                ])
    }

    private static func snippet(_ kind: ConnectorKind) -> Shape {
        .object(
            "\(kind.noun)SnippetRead",
            Members([
                Members.Member(name: kind.idKey, shape: .uuid, isRequired: true),
                Members.Member(name: kind.definitionIDKey, shape: .uuid, isRequired: true),
                Members.Member(name: kind.nameKey, shape: .string, isRequired: true),
            ]) + ["name": .string, "icon?": .string])
    }

    static let webConnectionListRequest = Shape.object(
        "WebBackendConnectionListRequestBody",
        [
            "workspaceId": .uuid, "sourceId?": .list(.uuid), "destinationId?": .list(.uuid), "cursor?": .uuid,
            "sortKey?": .string, "pageSize?": .integer,
            "filters?": .object(
                "WebBackendConnectionListFilters",
                [
                    "searchTerm?": .string, "statuses?": .list(.string), "states?": .list(.string),
                    "sourceDefinitionIds?": .list(.uuid), "destinationDefinitionIds?": .list(.uuid),
                    "tagIds?": .list(.uuid), "onDemandEnabled?": .boolean,
                ]),
        ])

    static let webConnectionList = Shape.object(
        "WebBackendConnectionReadList",
        ["connections": .list(webConnectionListItem), "page_size": .integer, "num_connections": .integer])

    private static let webConnectionListItem = Shape.object(
        "WebBackendConnectionListItem",
        [
            "connectionId": .uuid, "name": .string, "scheduleType?": scheduleType, "schedule?": rhythm,
            "scheduleData?": scheduleData, "status": .words(Connection.Status.self), "source": snippet(.source),
            "destination": snippet(.destination), "latestSyncJobCreatedAt?": .integer,
            "latestSyncJobStatus?": .words(Job.Status.self), "isSyncing": .boolean, "schemaChange": schemaStanding,
            "sourceActorDefinitionVersion": versionRead, "destinationActorDefinitionVersion": versionRead,
            "tags": .list(tag), "onDemandEnabled": .boolean,
        ])

    static let connectionSearch = Shape.object(
        "ConnectionSearch",
        [
            "connectionId?": .uuid, "name?": .string,
            "namespaceDefinition?": .words(Connection.NamespaceDefinition.self), "namespaceFormat?": .string,
            "prefix?": .string, "sourceId?": .uuid, "destinationId?": .uuid, "schedule?": rhythm,
            "scheduleType?": scheduleType, "scheduleData?": scheduleData, "status?": .words(Connection.Status.self),
            "source?": connectorSearch(.source), "destination?": connectorSearch(.destination),
        ])

    /// What a connection does about a catalog that was found.
    static let schemaApplication = Shape.object(
        "ConnectionAutoPropagateSchemaChange",
        ["connectionId": .uuid, "catalogId": .uuid, "catalog?": streamCatalog, "workspaceId?": .uuid])
    static let sourceSchemaApplication = Shape.object(
        "SourceAutoPropagateChange",
        ["sourceId": .uuid, "catalogId": .uuid, "catalog?": streamCatalog, "workspaceId?": .uuid])
}
