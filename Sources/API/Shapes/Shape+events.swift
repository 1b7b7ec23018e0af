extension Shape {
    private static let eventFilter: Members = [
        "eventTypes?": .list(.string), "createdAtStart?": .time, "createdAtEnd?": .time,
    ]
    static let eventsOfConnection = Shape.object(
        "ConnectionEventsRequestBody", ["connectionId": .uuid, "pagination?": pagination] + eventFilter)
    static let eventsOfWorkspace = Shape.object(
        "ConnectionEventsListMinimalRequestBody", ["workspaceId": .uuid] + eventFilter)
    static let eventName = Shape.object(
        "ConnectionEventIdRequestBody", ["connectionEventId": .uuid, "connectionId": .uuid])

    private static let eventSummary: Members = [
        "kind": .string, "message?": .string, "jobId?": .integer, "configType?": jobKind, "attemptsCount?": .integer,
        "startTimeEpochSeconds?": .integer, "endTimeEpochSeconds?": .integer, "bytesLoaded?": .integer,
        "recordsLoaded?": .integer, "recordsRejected?": .integer, "failureReason?": jobFailure,
        "webhookOperationSummary?": .object(
            "WebhookOperationSummary", ["successes": .list(.uuid), "failures": .list(.uuid)]),
    ]

    private static let eventHead: Members = [
        "id": .uuid, "connectionId": .uuid, "eventType": .string,
        "summary": .object("ConnectionEventSummary", eventSummary), "createdAt": .integer, "created_at": .integer,
    ]

    static let event = Shape.object("ConnectionEvent", eventHead)
    static let eventWithDetails = Shape.object(
        "ConnectionEventWithDetails",
        eventHead + [
            "details": .object(
                "ConnectionEventDetails",
                eventSummary + [
                    "catalogDiff?": catalogDiff, "streams?": .list(streamName),
                    "operations?": .list(
                        .object(
                            "ConnectionEventOperation",
                            [
                                "operationId": .uuid, "name": .string, "status": .word(["succeeded", "failed"]),
                                "message?": .string,
                            ])),
                    "deliveries": .list(
                        .object(
                            "ConnectionEventDelivery",
                            [
                                "channel": .string, "status": .string, "tries": .integer, "message?": .string,
                                "updatedAt": .time,
                            ])),
                ])
        ])
    static let eventList = Shape.object("ConnectionEventList", ["events": .list(event)])
    static let eventListMinimal = Shape.object(
        "ConnectionEventListMinimal",
        [
            "events": .list(
                .object(
                    "ConnectionEventMinimal",
                    [
                        "eventId": .uuid, "connectionId": .uuid, "connectionName": .string, "eventType": .string,
                        "createdAt": .time,
                    ]))
        ])
}
