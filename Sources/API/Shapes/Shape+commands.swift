/// Commands, and what Airbyte's scheduler is asked for.
extension Shape {
    static let commandID = Shape.object("CommandIdRequest", ["id": .string])
    static let commandOutputRequest = Shape.object(
        "CommandOutputRequest", ["id": .string, "with_logs?": .boolean])
    static let commandStarted = Shape.object("CommandResponse", ["id": .string])
    static let commandStatus = Shape.object(
        "CommandStatusResponse",
        ["id": .string, "status": .word(["pending", "running", "completed", "cancelled"])])

    private static let internals: Members = [
        "priority?": .string, "signal_input?": .string, "job_id?": .string, "attempt_number?": .integer,
    ]

    static let checkCommand = Shape.object(
        "RunCheckCommandRequest",
        [
            "id": .string, "workspace_id?": .uuid, "actor_id?": .uuid, "actor_definition_id?": .uuid,
            "config?": .any,
        ] + internals)
    static let discoverCommand = Shape.object(
        "RunDiscoverCommandRequest",
        [
            "id": .string, "actor_id": .uuid, "priority?": .string, "signal_input?": .string, "jobId?": .string,
            "attemptNumber?": .integer,
        ])
    static let specificationCommand = Shape.object(
        "RunSpecCommandRequest",
        [
            "id": .string, "workspace_id": .uuid, "docker_image?": .string, "docker_image_tag": .string,
            "actor_definition_id?": .uuid, "signal_input?": .string,
        ])

    private static let ending: Members = [
        "id": .string, "status": .word(["succeeded", "failed"]), "failureReason?": jobFailure,
        "logs?": logRead,
    ]

    static let checkCommandOutput = Shape.object(
        "CheckCommandOutputResponse",
        ending + ["message?": .string, "connectorConfigurationUpdated?": .boolean])
    static let discoverCommandOutput = Shape.object(
        "DiscoverCommandOutputResponse", ending + ["catalog?": streamCatalog, "catalogId?": .uuid])
    static let specificationCommandOutput = Shape.object("SpecCommandOutputResponse", ending + ["spec?": .any])

    static let sourceCore = Shape.object(
        "SourceCoreConfig",
        [
            "sourceId?": .uuid, "sourceDefinitionId": .uuid, "connectionConfiguration": .any, "workspaceId": .uuid,
        ])
    static let destinationCore = Shape.object(
        "DestinationCoreConfig",
        [
            "destinationId?": .uuid, "destinationDefinitionId": .uuid, "connectionConfiguration": .any,
            "workspaceId": .uuid,
        ])
}
