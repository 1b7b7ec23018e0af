import Airbyte
import Model

extension Shape {
    static func definitionID(_ kind: ConnectorKind) -> Shape {
        .object("\(kind.noun)DefinitionIdRequestBody", ["\(kind.definitionIDKey)": .uuid, "workspaceId?": .uuid])
    }

    static func definitionOfWorkspace(_ kind: ConnectorKind) -> Shape {
        .object("\(kind.noun)DefinitionIdWithWorkspaceId", ["\(kind.definitionIDKey)": .uuid, "workspaceId": .uuid])
    }

    static let definitionsOfWorkspace = Shape.object(
        "WorkspaceIdActorDefinitionRequestBody", ["workspaceId": .uuid, "filterByUsed?": .boolean])

    static let definitionOfScope = Shape.object(
        "ActorDefinitionIdWithScope", ["actorDefinitionId": .uuid, "scopeId": .uuid, "scopeType": scopeType])

    private static let scopeType = Shape.word(["workspace", "organization"])

    static func definitionRead(_ kind: ConnectorKind) -> Shape {
        let common: Members = [
            "\(kind.definitionIDKey)": .uuid, "name": .string, "dockerRepository": .string, "dockerImageTag": .string,
            "documentationUrl": .string, "protocolVersion": .string, "custom": .boolean, "enterprise": .boolean,
            "supportLevel": supportLevel, "releaseStage": .word(["custom", "generally_available"]), "icon?": .string,
            "resourceRequirements?": scopedRequirements,
        ]
        let own: Members =
            switch kind {
            case .source: ["sourceType?": .word(["custom"])]
            case .destination:
                [
                    "supportsDataActivation": .boolean,
                    "normalizationConfig": .object("NormalizationDestinationDefinitionConfig", ["supported": .boolean]),
                ]
            }
        return .object("\(kind.noun)DefinitionRead", common + own)
    }

    private static let supportLevel = Shape.word(["none", "certified"])

    static let resourceRequirements = Shape.object(
        "ResourceRequirements",
        [
            "cpu_request?": .string, "cpu_limit?": .string, "memory_request?": .string, "memory_limit?": .string,
            "ephemeral_storage_request?": .string, "ephemeral_storage_limit?": .string, "pids_limit?": .integer,
        ])

    private static let scopedRequirements = Shape.object(
        "ScopedResourceRequirements",
        [
            "default?": resourceRequirements,
            "jobSpecific?": .list(
                .object(
                    "JobTypeResourceLimit",
                    [
                        "jobType": .words(ScopedResourceRequirements.JobType.self),
                        "resourceRequirements": resourceRequirements,
                    ])),
        ])

    static func definitionList(_ kind: ConnectorKind) -> Shape {
        .object("\(kind.noun)DefinitionReadList", ["\(kind.definitionKey)s": .list(definitionRead(kind))])
    }

    static func definitionCreate(_ kind: ConnectorKind) -> Shape {
        .object(
            "Custom\(kind.noun)DefinitionCreate",
            [
                "workspaceId?": .uuid, "scopeId?": .uuid, "scopeType?": scopeType,
                "\(kind.definitionKey)": .object(
                    "\(kind.noun)DefinitionCreate",
                    [
                        "name": .string, "dockerRepository": .string, "dockerImageTag": .string,
                        "documentationUrl?": .string, "icon?": .string, "supportsRefreshes?": .boolean,
                        "resourceRequirements?": scopedRequirements,
                    ]),
            ])
    }

    static func definitionUpdate(_ kind: ConnectorKind) -> Shape {
        .object(
            "\(kind.noun)DefinitionUpdate",
            [
                "\(kind.definitionIDKey)": .uuid, "dockerImageTag": .string, "name?": .string, "workspaceId?": .uuid,
                "resourceRequirements?": scopedRequirements,
            ])
    }

    static let enterpriseStubs = Shape.object(
        "EnterpriseConnectorStubsReadList",
        [
            "enterpriseConnectorStubs": .list(
                .object(
                    "EnterpriseConnectorStub",
                    ["id": .string, "name": .string, "url": .string, "icon": .string]))
        ])

    static func specificationRead(_ kind: ConnectorKind) -> Shape {
        let own: Members =
            switch kind {
            case .source: [:]
            case .destination:
                [
                    // As the connector spelt them.
                    "supportedDestinationSyncModes": .list(.string), "supportsNormalization": .boolean,
                    "supportsDbt": .boolean,
                ]
            }
        let common: Members = [
            "\(kind.definitionIDKey)": .uuid, "documentationUrl": .string, "connectionSpecification": .any,
            "jobInfo": connectorCall,
        ]
        return .object("\(kind.noun)DefinitionSpecificationRead", common + own)
    }

    static let versionRead = Shape.object(
        "ActorDefinitionVersionRead",
        [
            "dockerRepository": .string, "dockerImageTag": .string, "supportsRefreshes": .boolean,
            "isVersionOverrideApplied": .boolean, "supportLevel": supportLevel, "supportState": .word(["supported"]),
            "supportsFileTransfer": .boolean, "supportsDataActivation": .boolean,
        ])

    static let versionDefault = Shape.object(
        "GetActorDefinitionVersionDefaultRequestBody", ["actorDefinitionId": .uuid])

    static let versionResolve = Shape.object(
        "ResolveActorDefinitionVersionRequestBody",
        ["actorDefinitionId": .uuid, "actorType": .words(ConnectorKind.self), "dockerImageTag": .string])

    static let versionResolved = Shape.object(
        "ResolveActorDefinitionVersionResponse",
        [
            "versionId": .uuid, "dockerRepository": .string, "dockerImageTag": .string, "supportRefreshes": .boolean,
            "supportFileTransfer": .boolean, "supportDataActivation": .boolean,
        ])

    static let documentationAsked = Shape.object(
        "ConnectorDocumentationRequestBody",
        [
            "actorType": .words(ConnectorKind.self), "actorDefinitionId": .uuid, "workspaceId": .uuid,
            "actorId?": .uuid,
        ])

    static let documentation = Shape.object("ConnectorDocumentationRead", ["doc": .string])
}
