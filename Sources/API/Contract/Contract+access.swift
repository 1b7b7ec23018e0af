extension Contract {
    /// Signing in, tokens, applications, and the record of who changed what.
    static let access: [Contract] = [
        Contract(
            "applicationTokenRequest", .open, .changes, "An access token for a client id and secret.",
            takes: .tokenRequest, gives: .accessToken),
        Contract(
            "public.getAccessToken", .open, .changes, "An access token for a client id and secret.",
            takes: .tokenRequest, gives: .accessToken),
        Contract(
            "token", .open, .changes, "An access token for a client id and secret.", takes: .tokenRequest,
            gives: .accessToken),
        Contract(
            "logIn", .open, .changes, "Signs a browser in.",
            takes: .object("LogIn", ["username": .string, "password": .string]),
            gives: .signIn),
        Contract("refreshSignIn", .open, .changes, "Keeps a browser signed in.", gives: .signIn),
        Contract("logOut", .open, .changes, "Signs a browser out."),
        Contract(
            "listApplications", .signedIn, "The caller's applications.", takes: .object("", [:]), gives: .applications),
        Contract(
            "createApplication", .signedIn, .creates, "Makes an application; its secret is shown this once.",
            takes: .applicationCreate, gives: .application),
        Contract(
            "deleteApplication", .signedIn, .changes, "Deletes an application; its tokens stop working.",
            takes: .object("ApplicationIdRequestBody", ["applicationId": .uuid])),
        Contract("public.listApplications", .signedIn, "The caller's applications.", gives: .applications),
        Contract(
            "public.createApplication", .signedIn, .creates, "Makes an application; its secret is shown this once.",
            takes: .applicationCreate, gives: .application),
        Contract("public.getApplication", .signedIn, "An application.", gives: .application),
        Contract(
            "public.deleteApplication", .signedIn, .changes, "Deletes an application; its tokens stop working.",
            gives: .application),
        Contract(
            "swiftlet.listAudit", .instanceAdmin, "Who changed what, the newest first.",
            query: .object(
                "",
                ["workspaceId?": .uuid, "from?": .time, "to?": .time, "limit?": .integer, "offset?": .integer]),
            gives: .object("AuditList", ["data": .list(.auditEntry)])),
    ]
}

extension Shape {
    fileprivate static let tokenRequest = Shape.object(
        "ApplicationTokenRequest",
        [
            "client_id": .string, "client_secret": .string, "grant_type?": .string, "grant-type?": .string,
            "scope?": .string,
        ])
    fileprivate static let accessToken = Shape.object(
        "AccessToken", ["access_token": .string, "token_type": .string, "expires_in": .integer])
    fileprivate static let signIn = Shape.object("SignIn", ["userId": .uuid, "name": .string, "csrfToken": .string])
    fileprivate static let applicationCreate = Shape.object("ApplicationCreate", ["name": .string])
    fileprivate static let application = Shape.object(
        "ApplicationRead",
        ["id": .uuid, "name": .string, "clientId": .string, "clientSecret": .string, "createdAt": .integer])
    fileprivate static let applications = Shape.object("ApplicationReadList", ["applications": .list(.application)])
    fileprivate static let auditEntry = Shape.object(
        "AuditEntry",
        [
            "at": .time, "userId": .uuid, "applicationId?": .uuid, "operation": .string, "workspaceId?": .uuid,
            "subjectId?": .string, "status": .integer, "requestId": .uuid,
        ])
}
