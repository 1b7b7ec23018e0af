import Airbyte
import Model

extension Shape {
    /// A job's id as Airbyte's requests name it.
    static let jobID = Shape.object("JobIdRequestBody", ["id": .integer])

    static let jobKind = Shape.word([
        "check_connection_source", "check_connection_destination", "discover_schema", "get_spec", "sync",
        "reset_connection", "refresh", "clear",
    ])

    private static let counts: Members = [
        "recordsEmitted": .integer, "bytesEmitted": .integer, "recordsCommitted": .integer,
        "bytesCommitted": .integer, "recordsFilteredOut": .integer, "bytesFilteredOut": .integer,
        "recordsRejected": .integer,
    ]
    private static let estimates: Members = [
        "estimatedRecords?": .integer, "estimatedBytes?": .integer, "additionalStats?": .map(.number),
    ]
    private static let streamNames: Members = ["streamName": .string, "streamNamespace?": .string]

    static let jobRead = Shape.object("JobRead", jobFacts)

    private static let jobFacts: Members = [
        "id": .integer, "configType": jobKind, "configId": .string, "enabledStreams": .list(streamName),
        "createdAt": .integer, "updatedAt": .integer, "startedAt?": .integer, "status": .words(Job.Status.self),
        "resetConfig?": .object("ResetConfig", ["streamsToReset": .list(streamName)]),
        "refreshConfig?": .object("JobRefreshConfig", ["streamsToRefresh": .list(streamName)]),
        "aggregatedStats": .object("JobAggregatedStats", counts),
        "streamAggregatedStats": .list(
            .object("StreamStats", streamNames + counts + estimates + ["wasBackfilled?": .boolean])),
    ]

    static let attemptStats = Shape.object(
        "AttemptStats",
        counts + estimates + [
            "stateMessagesEmitted?": .integer, "destinationStateMessagesEmitted?": .integer,
            "replicationStartTime?": .integer, "replicationEndTime?": .integer, "sourceReadStartTime?": .integer,
            "sourceReadEndTime?": .integer, "destinationWriteStartTime?": .integer,
            "destinationWriteEndTime?": .integer, "maxSecondsBeforeSourceStateMessageEmitted?": .integer,
            "meanSecondsBeforeSourceStateMessageEmitted?": .integer,
            "maxSecondsBetweenStateMessageEmittedandCommitted?": .integer,
            "meanSecondsBetweenStateMessageEmittedandCommitted?": .integer,
        ])

    static let jobFailure = Shape.object(
        "FailureReason",
        [
            "failureOrigin?": .string, "failureType?": .string, "externalMessage?": .string,
            "internalMessage?": .string, "stacktrace?": .string, "retryable?": .boolean, "timestamp": .integer,
            "streamDescriptor?": streamName,
        ])

    static let attemptRead = Shape.object(
        "AttemptRead",
        [
            "id": .integer, "status": .words(Attempt.Status.self), "createdAt": .integer, "updatedAt": .integer,
            "endedAt?": .integer, "bytesSynced": .integer, "recordsSynced": .integer, "totalStats": attemptStats,
            "streamStats": .list(.object("AttemptStreamStats", streamNames + ["stats": attemptStats])),
            "failureSummary?": .object(
                "AttemptFailureSummary", ["failures": .list(jobFailure), "partialSuccess": .boolean]),
            "warnings?": .list(
                .object("AttemptWarning", ["code": .string, "message": .string, "stream?": streamName])),
        ])

    /// Both forms in one: newer clients read the events, older ones the lines.
    static let jobLogs = Shape.object(
        "AttemptLogs",
        [
            "version": .string, "logLines": .list(.string),
            "events": .list(
                .object(
                    "LogEvent",
                    [
                        "timestamp": .integer, "level": .word(["debug", "error", "info", "trace", "warn"]),
                        "message": .string, "logSource": .string,
                    ])),
        ])

    static let attemptInfo = Shape.object(
        "AttemptInfoRead", ["attempt": attemptRead, "logType": .word(["structured"]), "logs": jobLogs])

    static let jobInfo = Shape.object("JobInfoRead", ["job": jobRead, "attempts": .list(attemptInfo)])
    static let jobLight = Shape.object("JobInfoLightRead", ["job": jobRead])
    /// Empty where there is none.
    static let jobIfAny = Shape.object("JobOptionalRead", ["job?": jobRead])

    static let jobDebugInfo = Shape.object(
        "JobDebugInfoRead",
        [
            "job": .object(
                "JobDebugRead",
                jobFacts + [
                    "airbyteVersion": .string, "sourceDefinition?": definitionRead(.source),
                    "destinationDefinition?": definitionRead(.destination),
                ]),
            "attempts": .list(attemptInfo),
        ])

    private static let jobFilter: Members = [
        "configTypes": .list(jobKind), "configId?": .string,
        "pagination?": pagination, "statuses?": .list(.string), "createdAtStart?": .time, "createdAtEnd?": .time,
        "updatedAtStart?": .time, "updatedAtEnd?": .time, "orderByField?": .string, "orderByMethod?": .string,
    ]

    static let pagination = Shape.object("Pagination", ["pageSize?": .integer, "rowOffset?": .integer])
    static let jobListRequest = Shape.object("JobListRequestBody", jobFilter + ["includingJobId?": .integer])
    static let jobListForWorkspacesRequest = Shape.object(
        "JobListForWorkspacesRequestBody", jobFilter + ["workspaceIds?": .list(.uuid)])
    static let jobList = Shape.object(
        "JobReadList",
        [
            "jobs": .list(.object("JobWithAttemptsRead", ["job": jobRead, "attempts": .list(attemptRead)])),
            "totalJobCount": .integer,
        ])

    static let connectionStreams = Shape.object(
        "ConnectionStreamRequestBody", ["connectionId": .uuid, "streams": .list(orderedStream)])
    /// Airbyte's request names no streams; ours may.
    static let connectionSync = Shape.object(
        "ConnectionSyncRequestBody", ["connectionId": .uuid, "streams?": .list(orderedStream)])
    static let connectionRefresh = Shape.object(
        "ConnectionStreamRefreshRequestBody",
        [
            "connectionId": .uuid, "refreshMode": .word(["Merge", "Truncate", "merge", "truncate"]),
            "streams?": .list(orderedStream),
        ])

    static let attemptName = Shape.object(
        "GetAttemptStatsRequestBody", ["jobId": .integer, "attemptNumber": .integer])
}
