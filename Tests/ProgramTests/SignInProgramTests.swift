import Glibc
import JSON
import Posix
import TestKit
import Testing

extension Programs {
    /// Who may call a server that was started with passwords, tokens and client secrets.
    struct SignInProgramTests {
        private static let password = "a password for tests"
        private static let token = "a-token-for-the-tests-of-sign-in"
        private static let secret = "a-client-secret-for-the-tests"

        private static func write(_ installation: Installation, _ name: String, _ text: String) throws -> String {
            let path = "\(installation.directory)/\(name)"
            unlink(path)
            try SecureFile.write(Array("\(text)\n".utf8), to: path)
            return path
        }

        private static func post(_ api: APIClient, _ path: String, _ body: JSON) async throws -> APIClient.Answer {
            try await api.send("POST", path, body: body.text)
        }

        @Test func `each way to sign in opens the server, and nothing else does`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up(settings: [
                "SWIFTLET_ADMIN_EMAIL": "ada@example.org",
                "SWIFTLET_ADMIN_PASSWORD_FILE": try Self.write(installation, "password", Self.password),
                "SWIFTLET_API_TOKEN_FILE": try Self.write(installation, "token", Self.token),
                "SWIFTLET_CLIENT_ID": "airflow",
                "SWIFTLET_CLIENT_SECRET_FILE": try Self.write(installation, "secret", Self.secret),
            ])
            let path = "/api/public/v1/workspaces"
            func status(_ authorization: String?) async throws -> Int {
                try await api.send("GET", path, headers: authorization.map { ["Authorization": $0] } ?? [:]).status
            }
            #expect(try await api.send("GET", "/api/v1/health").status == 200)
            #expect(try await status(nil) == 401)
            #expect(try await status("Bearer \(Self.token)") == 200)
            #expect(try await status("Bearer \(Self.token)x") == 401)
            // airbyte:a password for tests and ada@example.org:a password for tests, then airbyte:wrong.
            for pair in [
                "YWlyYnl0ZTphIHBhc3N3b3JkIGZvciB0ZXN0cw==", "YWRhQGV4YW1wbGUub3JnOmEgcGFzc3dvcmQgZm9yIHRlc3Rz",
            ] {
                #expect(try await status("Basic \(pair)") == 200)
            }
            #expect(try await status("Basic YWlyYnl0ZTp3cm9uZw==") == 401)
            let answer = try await Self.post(
                api, "/api/public/v1/applications/token",
                ["client_id": "airflow", "client_secret": .string(Self.secret)])
            let bought = try #require(answer["access_token"]?.stringValue)
            #expect(try await status("Bearer \(bought)") == 200)
            let page = try await Self.post(
                api, "/api/login", ["username": "airbyte", "password": .string(Self.password)])
            #expect(page.status == 200)
            #expect(await program.stop() == .exited(0))
            for hidden in [Self.password, Self.token, Self.secret] { #expect(!program.output.contains(hidden)) }
        }

        @Test func `settings of sign-in that make no sense are told in a sentence`() async throws {
            let installation = try Installation()
            let short = try Self.write(installation, "short", "short")
            let good = try Self.write(installation, "good", Self.secret)
            let cases: [([String: String], String)] = [
                (["SWIFTLET_AUTH": "maybe"], "SWIFTLET_AUTH must be none or simple."),
                (["SWIFTLET_ADMIN_PASSWORD_FILE": short], "must hold one line of 8 characters or more"),
                (["SWIFTLET_API_TOKEN_FILE": short], "must hold one line of 20 characters or more"),
                (["SWIFTLET_API_TOKEN_FILE": "/nowhere/token"], "the file /nowhere/token cannot be read"),
                (["SWIFTLET_CLIENT_ID": "airflow"], "go together"),
                (["SWIFTLET_CLIENT_ID": "a:b", "SWIFTLET_CLIENT_SECRET_FILE": good], "SWIFTLET_CLIENT_ID takes"),
                (["SWIFTLET_ADMIN_EMAIL": "nobody"], "SWIFTLET_ADMIN_EMAIL must be an email address."),
                (["SWIFTLET_PROXIES": "99"], "SWIFTLET_PROXIES must be 0 to 10."),
            ]
            for (settings, sentence) in cases {
                let run = try await installation.run("swiftlet", ["up", "--port", "0"], settings: settings)
                #expect(run.exit == .exited(1), "\(settings)")
                #expect(run.output.contains(sentence), "\(settings): \(run.output)")
            }
        }

        @Test func `a new password file changes the password and ends the sessions of the old one`() async throws {
            let installation = try Installation()
            let settings = ["SWIFTLET_ADMIN_PASSWORD_FILE": try Self.write(installation, "password", Self.password)]
            let (first, before) = try await installation.up(settings: settings)
            let login: JSON = ["username": "airbyte", "password": .string(Self.password)]
            #expect(try await Self.post(before, "/api/login", login).status == 200)
            #expect(await first.stop() == .exited(0))
            _ = try Self.write(installation, "password", "quite another one")
            let (second, after) = try await installation.up(settings: settings)
            #expect(try await Self.post(after, "/api/login", login).status == 401)
            let new: JSON = ["username": "airbyte", "password": "quite another one"]
            #expect(try await Self.post(after, "/api/login", new).status == 200)
            #expect(await second.stop() == .exited(0))
        }
    }
}
