import Flow

extension Shape {
    static let health = Shape.object("HealthCheckRead", ["available": .boolean])

    static let instanceConfiguration = Shape.object(
        "InstanceConfigurationResponse",
        [
            "edition": .word(["community"]), "version": .string, "licenseStatus": .word(["pro"]),
            "auth": .object("AuthConfiguration", ["mode": .word(["none", "simple"])]), "airbyteUrl": .string,
            "initialSetupComplete": .boolean, "defaultUserId": .uuid, "defaultOrganizationId": .uuid,
            "defaultOrganizationEmail": .string, "defaultWorkspaceId": .uuid, "trackingStrategy": .word(["logging"]),
        ])

    static let instanceSetup = Shape.object(
        "InstanceConfigurationSetupRequestBody",
        [
            "email": .string, "initialSetupComplete": .boolean, "anonymousDataCollection?": .boolean,
            "displaySetupWizard?": .boolean, "userName?": .string, "organizationName?": .string,
        ])

    static let deploymentMetadata = Shape.object(
        "DeploymentMetadataRead", ["id": .uuid, "mode": .word(["OSS"]), "version": .string])

    /// The two lists that spell it so.
    static let organizationIDInSnakeCase = Shape.object("", ["organization_id": .uuid])

    static let entitlements = Shape.object(
        "GetEntitlementsByOrganizationIdResponse",
        [
            "entitlements": .list(
                .object("OrganizationIsEntitledResponse", ["feature_id": .string, "is_entitled": .boolean]))
        ])

    static let dataplaneGroups = Shape.object(
        "DataplaneGroupListResponse",
        [
            "dataplaneGroups": .list(
                .object(
                    "DataplaneGroupRead",
                    [
                        "name": .string, "dataplane_group_id": .uuid, "organization_id": .uuid, "enabled": .boolean,
                        "created_at": .time, "updated_at": .time, "dataplanes": .list(.any),
                    ]))
        ])

    /// A document of OpenAPI 3.1.
    static let description = Shape.object(
        "",
        [
            "openapi": .string, "info": .any, "servers": .any, "paths": .map(.any), "components": .any,
            "security": .any,
        ])

    static let run = Shape.object(
        "Run",
        [
            "runId": .integer, "workflow": .string, "queue": .string, "state": .words(RunState.self),
            "priority": .integer, "claims": .integer, "failures": .integer, "createdAt": .time, "waitsFor?": .string,
            "dueAt?": .time, "workspaceId?": .string, "parentRunId?": .integer, "parkedBecause?": .string,
            "worker?": .string, "cancelReason?": .string, "claimedAt?": .time, "endedAt?": .time, "failure?": .string,
        ])

    static let runList = Shape.object("RunList", ["data": .list(run)])

    static let runHistory = Shape.object(
        "RunHistory",
        [
            "run": run,
            "history": .list(
                .object("RunEvent", ["at": .time, "kind": .string, "worker?": .string, "detail?": .map(.any)])),
        ])

    static let runQuery = Shape.object(
        "",
        [
            "state?": .list(.words(RunState.self)), "workflow?": .string, "workspaceId?": .string, "before?": .integer,
            "limit?": .integer,
        ])
}
