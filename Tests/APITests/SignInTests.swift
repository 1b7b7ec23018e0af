import API
import Access
import Crypto
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import TestKit
import Testing

@Suite("Signing in through the API")
struct SignInTests {
    private static let password = "correct horse battery"

    /// Where the first administrator has a password and an application.
    private func house(_ engine: Dialect.Engine = .sqlite) async throws -> TestAPI {
        var settings = AccessSettings()
        settings.mode = .simple
        let api = try await TestAPI(engine, settings: settings)
        let hash = try await PasswordHash(of: Self.password).text
        try await api.database.write { session in
            try session.seedFirstAdministrator()
            try session.setPasswordHash(hash, of: Person.first)
        }
        return api
    }

    private func logIn(_ api: TestAPI) async throws -> (cookie: String, form: String) {
        let answer = try await api.send(
            .post, "/api/login", #"{"username":"airbyte","password":"\#(Self.password)"}"#)
        let header = try #require(answer.headers["Set-Cookie"])
        for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(header.contains(attribute)) }
        return (String(header.prefix { $0 != ";" }), try answer.text("csrfToken"))
    }

    @Test func `without a sign-in only what is open is answered`() async throws {
        let api = try await house()
        #expect(try await api.send(.get, "/api/v1/health").status == 200)
        #expect(try await api.send(.get, "/api/v1/instance_configuration").json["auth"]?["mode"] == "simple")
        let refused = try await api.post("workspaces/list")
        #expect(refused.status == 401)
        #expect(refused.headers["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
        let problem = try await api.send(.get, "/api/public/v1/jobs")
        #expect(problem.status == 401 && problem["title"] == "invalid-api-key")
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a token is had for an application at every address, as JSON and as a form`(
        _ engine: Dialect.Engine
    ) async throws {
        let api = try await house(engine)
        let (cookie, form) = try await logIn(api)
        let made = try await api.send(
            .post, "/api/public/v1/applications", #"{"name":"Airflow"}"#,
            with: ["Cookie": cookie, "X-CSRF-Token": form])
        let (id, secret) = (try made.text("clientId"), try made.text("clientSecret"))
        for path in [
            "/api/v1/applications/token", "/api/public/v1/applications/token", "/v1/applications/token",
            "/applications/token", "//api/v1/applications/token/",
        ] {
            let json = try await api.send(.post, path, #"{"client_id":"\#(id)","client_secret":"\#(secret)"}"#)
            let encoded = try await api.send(
                .post, path, "grant_type=client_credentials&client_id=\(id)&client_secret=\(secret)",
                type: "application/x-www-form-urlencoded")
            for answer in [json, encoded] {
                let token = try answer.text("access_token")
                #expect(token.split(separator: ".").count == 3)
                #expect(answer["token_type"] == "Bearer" && answer["expires_in"] == 900)
                let used = try await api.send(
                    .post, "/api/v1/workspaces/list", "{}", with: ["Authorization": "Bearer \(token)"])
                #expect(used.status == 200)
            }
        }
        let listed = try await api.send(.get, "/api/public/v1/applications", with: ["Cookie": cookie])
        #expect(!listed.body.contains(secret) && listed.body.contains(id))
        let wrong = try await api.send(
            .post, "/applications/token", #"{"client_id":"\#(id)","client_secret":"no"}"#)
        #expect(wrong.status == 401)
        let one = "/api/public/v1/applications/\(try made.text("id"))"
        let read = try await api.send(.get, one, with: ["Cookie": cookie])
        #expect(read["name"] == "Airflow" && read["clientId"] == .string(id))
        let gone = try await api.send(.delete, one, with: ["Cookie": cookie, "X-CSRF-Token": form])
        #expect(gone.status < 300)
        #expect(try await api.send(.get, one, with: ["Cookie": cookie]).status == 404)
        let late = try await api.send(
            .post, "/applications/token", #"{"client_id":"\#(id)","client_secret":"\#(secret)"}"#)
        #expect(late.status == 401)
    }

    @Test func `behind a proxy failures are counted by whom it heard, whatever the client says`() async throws {
        var settings = AccessSettings()
        settings.mode = .simple
        settings.failures = 2
        settings.proxies = 1
        let api = try await TestAPI(settings: settings)
        func tries(_ heard: String) async throws -> Int {
            try await api.send(
                .post, "/api/login", #"{"username":"airbyte","password":"no"}"#, with: ["X-Forwarded-For": heard]
            ).status
        }
        #expect(try await tries("1.1.1.1, 7.7.7.7") == 401)
        #expect(try await tries("2.2.2.2, 7.7.7.7") == 401)
        #expect(try await tries("3.3.3.3, 7.7.7.7") == 429)
        #expect(try await tries("7.7.7.7, 8.8.8.8") == 401)
    }

    @Test func `a cookie alone changes nothing, and is worth nothing after the sign-out`() async throws {
        let api = try await house()
        let (cookie, form) = try await logIn(api)
        let body = #"{"name":"x"}"#
        #expect(try await api.send(.post, "/api/v1/applications/create", body, with: ["Cookie": cookie]).status == 403)
        let forged = ["Cookie": cookie, "X-CSRF-Token": "x" + form]
        #expect(try await api.send(.post, "/api/v1/applications/create", body, with: forged).status == 403)
        let right = ["Cookie": cookie, "X-CSRF-Token": form]
        #expect(try await api.send(.post, "/api/v1/applications/create", body, with: right).status == 200)
        #expect(try await api.send(.post, "/api/v1/workspaces/list", "{}", with: ["Cookie": cookie]).status == 200)
        #expect(try await api.send(.post, "/api/logout", with: ["Cookie": cookie]).status == 204)
        #expect(try await api.send(.post, "/api/v1/workspaces/list", "{}", with: ["Cookie": cookie]).status == 401)
    }

    @Test func `a session lives on for being used, and an application dies with its deletion`() async throws {
        let api = try await house()
        let (cookie, form) = try await logIn(api)
        let refreshed = try await api.send(.post, "/api/oauth/access_token", with: ["Cookie": cookie])
        #expect(refreshed.status == 200)
        #expect(refreshed.headers["Set-Cookie"]?.hasPrefix(cookie) == true)
        #expect(try refreshed.text("csrfToken") == form)
        #expect(try await api.send(.post, "/api/oauth/access_token").status == 401)

        let headers = ["Cookie": cookie, "X-CSRF-Token": form]
        let made = try await api.send(.post, "/api/v1/applications/create", #"{"name":"Cron"}"#, with: headers)
        let (client, secret) = (try made.text("clientId"), try made.text("clientSecret"))
        let listed = try await api.send(.post, "/api/v1/applications/list", "{}", with: headers)
        let entry = listed["applications"]?.arrayValue?.first { $0["clientId"] == .string(client) }
        #expect(entry?["name"] == "Cron" && entry?["clientSecret"] == "**********")
        let credentials = #"{"client_id":"\#(client)","client_secret":"\#(secret)"}"#
        let token = try await api.send(.post, "/api/v1/applications/token", credentials).text("access_token")
        let bearer = ["Authorization": "Bearer \(token)"]
        #expect(try await api.send(.post, "/api/v1/workspaces/list", "{}", with: bearer).status == 200)
        let id = #"{"applicationId":"\#(try made.text("id"))"}"#
        #expect(try await api.send(.post, "/api/v1/applications/delete", id, with: headers).status == 204)
        #expect(try await api.send(.post, "/api/v1/workspaces/list", "{}", with: bearer).status == 401)
        #expect(try await api.send(.post, "/api/v1/applications/token", credentials).status == 401)
        let rest = try await api.send(.post, "/api/v1/applications/list", "{}", with: headers)
        #expect(rest["applications"]?.arrayValue?.contains { $0["clientId"] == .string(client) } == false)
    }

    @Test func `after many wrong passwords nobody is listened to for a while`() async throws {
        let api = try await house()
        var last: Answer?
        for _ in 0..<12 {
            last = try await api.send(.post, "/api/login", #"{"username":"airbyte","password":"guess"}"#)
        }
        #expect(last?.status == 429)
        #expect((last?.headers["Retry-After"]).flatMap { Int($0) } ?? 0 > 0)
    }

    @Test func `a user is made, given a role, uses it, loses it`() async throws {
        let api = try await house()
        let (cookie, form) = try await logIn(api)
        func admin(_ method: HTTPMethod, _ path: String, _ body: String = "") async throws -> Answer {
            try await api.send(method, path, body, with: ["Cookie": cookie, "X-CSRF-Token": form])
        }
        let user = try await admin(
            .post, "/api/swiftlet/users",
            #"{"name":"Ann","email":"Ann@Example.org","password":"another long one"}"#
        ).text("userId")
        let signIn = try await api.send(
            .post, "/api/login", #"{"username":"ann@example.org","password":"another long one"}"#)
        let own = String(try #require(signIn.headers["Set-Cookie"]).prefix { $0 != ";" })
        func workspace() async throws -> Int {
            try await api.send(
                .post, "/api/v1/workspaces/get", #"{"workspaceId":"\#(api.workspace)"}"#, with: ["Cookie": own]
            ).status
        }
        #expect(try await workspace() == 404)
        let given = try await admin(
            .post, "/api/public/v1/permissions",
            #"{"permissionType":"workspace_reader","userId":"\#(user)","workspaceId":"\#(api.workspace)"}"#)
        #expect(try await workspace() == 200)
        let seen = try await admin(.get, "/api/public/v1/permissions?userId=\(user)")
        #expect(seen["data"]?[0]?["scopeId"]?.stringValue == api.workspace.description)
        let id = try given.text("permissionId")
        let changed = try await admin(
            .patch, "/api/public/v1/permissions/\(id)", #"{"permissionType":"workspace_admin"}"#)
        #expect(changed["permissionType"] == "workspace_admin")
        #expect(try await admin(.delete, "/api/public/v1/permissions/\(id)").status == 204)
        #expect(try await workspace() == 404)
        #expect(try await admin(.get, "/api/public/v1/permissions/\(id)").status == 404)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `who changed what is on record, and no secret with it`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let source = try await api.makeSource()
        _ = try await api.post("sources/delete", ["sourceId": .string(source)])
        _ = try await api.post("sources/delete", ["sourceId": .string(source)])
        let record = try await api.send(.get, "/api/swiftlet/audit?workspaceId=\(api.workspace)")
        let entries = try #require(record["data"]?.arrayValue)
        #expect(entries.map { $0["operation"] } == ["deleteSource", "deleteSource", "createSource"])
        #expect(entries.map { $0["status"] } == [404, 204, 200])
        #expect(entries.allSatisfy { $0["subjectId"]?.stringValue == source })
        #expect(!record.body.contains("hunter2"))
    }
}
