import Model

extension Contract {
    /// People, and what they may do.
    static let people: [Contract] = users + permissions

    private static let users: [Contract] = [
        Contract("getUser", .signedIn, "A user.", takes: .userID, gives: .user),
        Contract(
            "getUserByAuthId", .signedIn, "The user that other systems know by this id.", takes: .authUserID,
            gives: .user),
        Contract(
            "getUserByEmail", .signedIn, "A user.", takes: .object("UserEmailRequestBody", ["email": .string]),
            gives: .user),
        Contract(
            "getOrCreateUserByAuthId", .signedIn, "The user that other systems know by this id.", takes: .authUserID,
            gives: .object(
                "UserGetOrCreateByAuthIdResponse",
                ["userRead": .user, "authUserId": .string, "authProvider": .string, "newUserCreated": .boolean])),
        Contract(
            "updateUser", .signedIn, .changes, "Changes what the body names of a user.",
            takes: .object(
                "UserUpdate",
                [
                    "userId": .uuid, "name?": .string, "defaultWorkspaceId?": .uuid, "companyName?": .string,
                    "news?": .boolean, "status?": .string, "metadata?": .any,
                ]), gives: .user),
        Contract("deleteUser", .instanceAdmin, .changes, "Deletes a user.", takes: .userID),
        Contract(
            "listAccessInfoByWorkspaceId", .admin(.workspace()), "Who may do what in a workspace.",
            takes: .workspaceID,
            gives: .object("WorkspaceUserAccessInfoReadList", ["usersWithAccess": .list(.accessInfo)])),
        Contract(
            "listUsersInOrganization", .signedIn, "The users of an organization.",
            takes: .organizationID,
            gives: .object("OrganizationUserReadList", ["users": .list(.organizationUser)])),
        Contract(
            "listInstanceAdminUsers", .instanceAdmin, "Who may do everything.", takes: .object("", [:]),
            gives: .object(
                "UserWithPermissionInfoReadList",
                [
                    "users": .list(
                        .object(
                            "UserWithPermissionInfoRead",
                            ["userId": .uuid, "name": .string, "email": .string, "permissionId": .uuid]))
                ])),
        Contract(
            "public.listUsers", .signedIn, "The users of an organization.",
            query: .object("", ["organizationId": .uuid, "ids?": .list(.uuid), "emails?": .list(.string)]),
            gives: .object(
                "UsersResponse",
                ["data": .list(.object("UserResponse", ["id": .uuid, "name": .string, "email": .string]))])),
        Contract(
            "swiftlet.createUser", .instanceAdmin, .creates, "Makes a user who can sign in with a password.",
            takes: .object("UserCreate", ["name": .string, "email": .string, "password?": .string]), gives: .user),
        Contract(
            "swiftlet.setPassword", .signedIn, .changes, "Gives a user another password and signs them out everywhere.",
            takes: .object("PasswordUpdate", ["password": .string, "currentPassword?": .string])),
    ]

    private static let permissions: [Contract] = [
        Contract(
            "createPermission", .signedIn, .creates, "Lets a user do something.", takes: .permissionCreate,
            gives: .permission),
        Contract(
            "getPermission", .admin(.permission()), "A permission.", takes: .permissionID, gives: .permission),
        Contract(
            "updatePermission", .signedIn, .changes, "Changes what a permission allows.",
            takes: .object("PermissionUpdate", ["permissionId": .uuid, "permissionType": .permissionType])),
        Contract("deletePermission", .signedIn, .changes, "Takes a permission away.", takes: .permissionID),
        Contract(
            "deleteUserFromWorkspace", .admin(.workspace()), .changes,
            "Takes a user's permissions in a workspace away.",
            takes: .object(
                "PermissionDeleteUserFromWorkspaceRequestBody", ["userIdToRemove": .uuid, "workspaceId": .uuid])),
        Contract(
            "listPermissionsByUser", .signedIn, "What a user may do.", takes: .userID,
            gives: .object("PermissionReadList", ["permissions": .list(.permission)])),
        Contract(
            "public.listPermissions", .signedIn, "What a user may do.",
            query: .object("", ["userId?": .uuid, "organizationId?": .uuid]),
            gives: .object("PermissionsResponse", ["data": .list(.permissionInList)])),
        Contract(
            "public.createPermission", .signedIn, .creates, "Lets a user do something.", takes: .permissionCreate,
            gives: .permission),
        Contract("public.getPermission", .admin(.permission()), "A permission.", gives: .permission),
        Contract(
            "public.updatePermission", .signedIn, .changes, "Changes what a permission allows.",
            takes: .object("PermissionUpdateRequest", ["permissionType": .permissionType]), gives: .permission),
        Contract("public.deletePermission", .signedIn, .changes, "Takes a permission away."),
        Contract(
            "public.listOrganizations", .signedIn, "The organizations that the caller belongs to.",
            gives: .object(
                "OrganizationsResponse",
                [
                    "data": .list(
                        .object(
                            "OrganizationResponse",
                            ["organizationId": .uuid, "organizationName": .string, "email": .string]))
                ])),
    ]
}

extension Shape {
    fileprivate static let userID = Shape.object("UserIdRequestBody", ["userId": .uuid])
    fileprivate static let authUserID = Shape.object(
        "UserAuthIdRequestBody", ["authUserId": .string, "authProvider?": .string])
    fileprivate static let user = Shape.object(
        "UserRead",
        [
            "userId": .uuid, "name": .string, "email": .string, "status": .string, "defaultWorkspaceId?": .uuid,
            "metadata": .map(.any),
        ])
    fileprivate static let accessInfo = Shape.object(
        "WorkspaceUserAccessInfoRead",
        [
            "userId": .uuid, "userEmail": .string, "userName": .string, "workspaceId": .uuid,
            "workspacePermission?": .permission, "organizationPermission?": .permission,
        ])
    fileprivate static let organizationUser = Shape.object(
        "OrganizationUserRead",
        [
            "userId": .uuid, "name": .string, "email": .string, "permissionId": .uuid,
            "permissionType": .permissionType, "organizationId": .uuid,
        ])
    fileprivate static let permissionType = Shape.words(PermissionType.self)
    fileprivate static let permissionID = Shape.object("PermissionIdRequestBody", ["permissionId": .uuid])
    fileprivate static let permission = Shape.object(
        "PermissionRead",
        [
            "permissionId": .uuid, "permissionType": .permissionType, "userId": .uuid, "workspaceId?": .uuid,
            "organizationId?": .uuid,
        ])
    fileprivate static let permissionCreate = Shape.object(
        "PermissionCreate",
        ["permissionType": .permissionType, "userId": .uuid, "workspaceId?": .uuid, "organizationId?": .uuid])
    fileprivate static let permissionInList = Shape.object(
        "PermissionResponseRead",
        [
            "permissionId": .uuid, "permissionType": .permissionType, "userId": .uuid,
            "scope": .word(["workspace", "organization", "none"]), "scopeId": .uuid,
        ])
}
