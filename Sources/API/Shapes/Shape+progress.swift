import Model

/// How far connections have come.
extension Shape {
    static let connectionStatuses = Shape.object("ConnectionStatusesRequestBody", ["connectionIds": .list(.uuid)])
    static let connectionStatusList = Shape.list(
        .object(
            "ConnectionStatusRead",
            [
                "connectionId": .uuid,
                "connectionSyncStatus": .word([
                    "running", "queued", "failed", "paused", "pending", "incomplete", "synced",
                ]),
                "scheduleData?": scheduleData, "lastSuccessfulSync?": .integer, "activeJob?": jobRead,
                "lastSyncJobId?": .integer, "lastSyncAttemptNumber?": .integer, "lastSyncJobCreatedAt?": .integer,
                "failureReason?": jobFailure,
            ]))

    private static let moved: Members = [
        "recordsEmitted": .integer, "recordsCommitted": .integer, "recordsRejected": .integer,
        "bytesEmitted": .integer, "bytesCommitted": .integer,
    ]

    static let syncProgress = Shape.object(
        "ConnectionSyncProgressRead",
        [
            "connectionId": .uuid, "jobId?": .integer, "syncStartedAt?": .integer, "configType?": jobKind,
            "streams": .list(
                .object(
                    "StreamSyncProgressReadItem",
                    ["streamName": .string, "streamNamespace?": .string, "configType": jobKind] + moved)),
        ] + moved.optional)

    static let historyRequest = Shape.object(
        "ConnectionUptimeHistoryRequestBody", ["connectionId": .uuid, "numberOfJobs?": .integer])
    static let jobResults = Shape.list(
        .object(
            "JobSyncResultRead",
            [
                "jobId": .integer, "jobCreatedAt": .integer, "jobUpdatedAt": .integer, "configType": jobKind,
                "streamStatuses": .list(
                    .object(
                        "ConnectionSyncResultRead",
                        [
                            "status": .words(Job.Status.self), "streamName": .string, "streamNamespace?": .string,
                        ])),
            ] + moved))

    static let streamHistoryRequest = Shape.object(
        "ConnectionStreamHistoryRequestBody", ["connectionId": .uuid, "timezone": .string])
    static let streamHistory = Shape.list(
        .object(
            "ConnectionStreamHistoryReadItem",
            [
                "timestamp": .integer, "streamName": .string, "streamNamespace?": .string,
                "recordsCommitted": .integer,
            ]))

    static let lastJobs = Shape.list(
        .object(
            "ConnectionLastJobPerStreamReadItem",
            [
                "streamName": .string, "streamNamespace?": .string, "jobId": .integer, "configType": jobKind,
                "jobStatus": .words(Job.Status.self), "recordsCommitted": .integer, "bytesCommitted": .integer,
                "startedAt": .integer, "endedAt": .integer,
            ]))

    static let streamStatusRequest = Shape.object(
        "StreamStatusListRequestBody",
        [
            "workspaceId": .uuid, "connectionId?": .uuid, "jobId?": .integer, "attemptNumber?": .integer,
            "jobType?": .string, "streamName?": .string, "streamNamespace?": .string, "pagination?": pagination,
        ])
    static let streamStatusList = Shape.object(
        "StreamStatusReadList",
        [
            "streamStatuses": .list(
                .object(
                    "StreamStatusRead",
                    [
                        "id": .uuid, "workspaceId": .uuid, "connectionId": .uuid, "jobId": .integer,
                        "attemptNumber": .integer, "jobType": .word(["SYNC", "RESET"]), "streamName": .string,
                        "streamNamespace?": .string,
                        "runState": .word(["PENDING", "RUNNING", "COMPLETE", "INCOMPLETE", "RATE_LIMITED"]),
                        "incompleteRunCause?": .word(["FAILED", "CANCELED"]), "transitionedAt": .integer,
                    ]))
        ])

    static let statusCounts = Shape.object(
        "WebBackendConnectionStatusCounts",
        [
            "running": .integer, "queued": .integer, "healthy": .integer, "failed": .integer, "paused": .integer,
            "notSynced": .integer,
        ])
}
