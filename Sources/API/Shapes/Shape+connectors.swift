import Model

extension Shape {
    static func connectorID(_ kind: ConnectorKind) -> Shape {
        .object("\(kind.noun)IdRequestBody", ["\(kind.idKey)": .uuid])
    }

    static func connectorRead(_ kind: ConnectorKind) -> Shape {
        .object(
            "\(kind.noun)Read",
            [
                "\(kind.idKey)": .uuid, "\(kind.definitionIDKey)": .uuid, "workspaceId": .uuid,
                "connectionConfiguration": .any, "name": .string, "\(kind.nameKey)": .string, "createdAt": .integer,
                "isVersionOverrideApplied": .boolean, "isEntitled": .boolean, "supportState": .word(["supported"]),
                "icon?": .string,
                // In lists of one workspace only.
                "numConnections?": .integer, "status?": .word(["active", "inactive"]),
            ])
    }

    static func connectorList(_ kind: ConnectorKind) -> Shape {
        .object(
            "\(kind.noun)ReadList",
            ["\(kind.plural)": .list(connectorRead(kind)), "page_size?": .integer, "num_connections?": .integer])
    }

    static func connectorCreate(_ kind: ConnectorKind) -> Shape {
        .object(
            "\(kind.noun)Create",
            [
                "\(kind.definitionIDKey)": .uuid, "workspaceId": .uuid, "connectionConfiguration": .any,
                "name": .string, "resourceAllocation?": .any,
            ])
    }

    static func connectorUpdate(_ kind: ConnectorKind) -> Shape {
        .object("\(kind.noun)Update", ["\(kind.idKey)": .uuid] + connectorChange)
    }

    static func connectorPartialUpdate(_ kind: ConnectorKind) -> Shape {
        .object("Partial\(kind.noun)Update", ["\(kind.idKey)": .uuid] + connectorChange.optional)
    }

    private static let connectorChange: Members = [
        "connectionConfiguration": .any, "name": .string, "resourceAllocation?": .any,
    ]

    static let connectorsOfWorkspace = Shape.object(
        "ActorListCursorPaginatedRequestBody",
        [
            "workspaceId": .uuid, "cursor?": .uuid, "sortKey?": .string, "pageSize?": .integer,
            "filters?": .object("ActorListFilters", ["searchTerm?": .string, "states?": .list(.string)]),
        ])

    static func connectorSearch(_ kind: ConnectorKind) -> Shape {
        .object(
            "\(kind.noun)Search",
            [
                "\(kind.idKey)?": .uuid, "\(kind.definitionIDKey)?": .uuid, "workspaceId?": .uuid, "name?": .string,
                "\(kind.nameKey)?": .string, "connectionConfiguration?": .any,
            ])
    }

    /// One call of a connector, which Airbyte tells of as a job.
    static let connectorCall = Shape.object(
        "SynchronousJobRead",
        [
            "id": .uuid,
            "configType": .word(
                ["check_connection_source", "check_connection_destination", "discover_schema", "get_spec"]),
            "configId?": .string, "createdAt": .integer, "endedAt": .integer, "succeeded": .boolean,
            "connectorConfigurationUpdated": .boolean, "logType": .word(["formatted"]),
            "logs": logRead, "failureReason?": jobFailure,
        ])

    static let logRead = Shape.object("LogRead", ["logLines": .list(.string)])

    static let checkRead = Shape.object(
        "CheckConnectionRead",
        ["status?": .word(["succeeded", "failed"]), "message?": .string, "jobInfo": connectorCall])
}
