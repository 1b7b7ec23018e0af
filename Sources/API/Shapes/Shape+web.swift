/// What Airbyte's web interface asks for besides.
extension Shape {
    static let webConnectionRequest = Shape.object(
        "WebBackendConnectionRequestBody", ["connectionId": .uuid, "withRefreshedCatalog?": .boolean])

    static let cronDescription = Shape.object(
        "WebBackendCronExpressionDescription",
        ["cronExpression": .string, "description": .string, "nextExecutions": .list(.integer)])

    static let workspaceContents = Shape.object(
        "WebBackendWorkspaceStateResult",
        ["hasConnections": .boolean, "hasSources": .boolean, "hasDestinations": .boolean])

    static let updatesAvailable = Shape.object(
        "WebBackendCheckUpdatesRead", ["sourceDefinitions": .integer, "destinationDefinitions": .integer])

    static let webappConfig = Shape.object("WebappConfigResponse", ["version": .string, "edition": .string])

    static let mapperTrial = Shape.object(
        "WebBackendValidateMappersRequestBody",
        ["connectionId": .uuid, "streamDescriptor": streamName, "mappers": .list(mapper)])
    private static let field = Shape.object(
        "FieldSpec",
        ["name": .string, "type": .string, "isSelectedPrimaryKey": .boolean, "isSelectedCursor": .boolean])
    static let mapperVerdicts = Shape.object(
        "WebBackendValidateMappersResponse",
        [
            "initialFields": .list(field), "outputFields": .list(field),
            "mappers": .list(
                .object(
                    "MapperValidationResult",
                    [
                        "id?": .string, "inputFields": .list(field), "outputFields": .list(field),
                        "validationError?": .object(
                            "MapperValidationError",
                            [
                                "type": .word([
                                    "MISSING_MAPPER", "INVALID_MAPPER_CONFIG", "FIELD_NOT_FOUND",
                                    "FIELD_ALREADY_EXISTS",
                                ]), "message": .string,
                            ]),
                    ])),
        ])

    static let catalogComparison = Shape.object(
        "DiffCatalogsRequest",
        [
            "current_catalog_id": .uuid, "new_catalog_id": .uuid, "connection_id?": .uuid,
            "persist_changes?": .boolean,
        ])
    static let catalogsCompared = Shape.object(
        "DiffCatalogsResponse",
        ["catalog_diff": catalogDiff, "schema_change": schemaStanding, "merged_catalog?": streamCatalog])

    static let connectionsOfWorkspaces = Shape.object(
        "ListConnectionsForWorkspacesRequestBody",
        [
            "workspaceIds?": .list(.uuid), "userId?": .uuid, "pagination?": pagination, "includeDeleted?": .boolean,
            "tagIds?": .list(.uuid),
        ])
    static let connectorDefinitionName = Shape.object(
        "ActorDefinitionRequestBody",
        ["actorDefinitionId": .uuid, "actorType": .word(["source", "destination"])])
}
