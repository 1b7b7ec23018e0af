import Model

extension Shape {
    private static let operatorConfiguration = Shape.object(
        "OperatorConfiguration",
        [
            "operatorType": .words(Operation.Configuration.OperatorType.self),
            "webhook?": .object(
                "OperatorWebhook",
                [
                    "webhookConfigId?": .uuid, "webhookType?": .string, "executionUrl?": .string,
                    "executionBody?": .string,
                    "dbtCloud?": .object("OperatorWebhookDbtCloud", ["accountId": .integer, "jobId": .integer]),
                ]),
            // Of times when Airbyte transformed what it had moved; kept and not acted on.
            "normalization?": .any, "dbt?": .any,
        ])

    static let operationID = Shape.object("OperationIdRequestBody", ["operationId": .uuid])
    static let operationRead = Shape.object(
        "OperationRead",
        ["operationId": .uuid, "workspaceId": .uuid, "name": .string, "operatorConfiguration": operatorConfiguration])
    static let operationCreate = Shape.object(
        "OperationCreate", ["workspaceId": .uuid, "name": .string, "operatorConfiguration": operatorConfiguration])
    static let operationUpdate = Shape.object(
        "OperationUpdate", ["operationId": .uuid, "name": .string, "operatorConfiguration": operatorConfiguration])
    static let operationCheck = operatorConfiguration
    static let operationVerdict = Shape.object(
        "CheckOperationRead", ["status": .word(["succeeded", "failed"]), "message?": .string])
    /// One that a connection brings along: with an id it is changed, without it is made.
    static let inlineOperation = Shape.object(
        "WebBackendOperationCreateOrUpdate",
        [
            "operationId?": .uuid, "workspaceId?": .uuid, "name": .string,
            "operatorConfiguration": operatorConfiguration,
        ])
}
