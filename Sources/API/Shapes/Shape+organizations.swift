extension Shape {
    static let organizationID = Shape.object("OrganizationIdRequestBody", ["organizationId": .uuid])

    static let organizationRead = Shape.object(
        "OrganizationRead", ["organizationId": .uuid, "organizationName": .string, "email": .string])

    static let organizationInfo = Shape.object(
        "OrganizationInfoRead",
        ["organizationId": .uuid, "organizationName": .string, "sso": .boolean, "scim": .boolean])

    static let organizationList = Shape.object("OrganizationReadList", ["organizations": .list(organizationRead)])

    static let organizationsOfPerson = Shape.object("ListOrganizationsByUserRequestBody", ["userId": .uuid] + page)

    static let organizationSummaries = Shape.object(
        "ListOrganizationSummariesResponse",
        [
            "organizationSummaries": .list(
                .object(
                    "OrganizationSummary",
                    ["organization": organizationRead, "workspaces": .list(workspaceRead), "memberCount": .integer]))
        ])

    static let organizationCreate = Shape.object(
        "OrganizationCreateRequestBody", ["organizationName": .string, "userId?": .uuid, "email?": .string])

    static let organizationUpdate = Shape.object(
        "OrganizationUpdateRequestBody",
        ["organizationId": .uuid, "organizationName?": .string, "email?": .string])
}
