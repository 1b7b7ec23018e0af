import Access
import Model
import SQL
import Store
import TestKit
import Testing
import Time

@Suite("Sessions of browsers", .timeLimit(.minutes(2)))
struct SessionTests {
    private func logIn(_ fixture: AccessFixture) async throws -> SignIn.Session {
        try await fixture.access.signIn.logIn(
            name: "ada@example.org", password: AccessFixture.password, address: "a")
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a cookie stands for its person at every server, until they log out`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let session = try await logIn(fixture)
        let other = fixture.another()
        for access in [fixture.access, other] {
            let caller = try await fixture.cookie(session.token, at: access)
            #expect(caller.personID == fixture.ada.id)
            #expect(caller.method == .session)
        }
        try await fixture.access.signIn.logOut(session.token)
        let error = await #expect(throws: AuthError.self) { try await fixture.cookie(session.token) }
        #expect(error?.code == .expired)
        fixture.clock.advance(fixture.settings.grantsKept)
        await #expect(throws: AuthError.self) { try await fixture.cookie(session.token, at: other) }
        await #expect(throws: AuthError.self) { try await fixture.access.signIn.refresh(session.token) }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a session lives on while it is used, and no longer than it may`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let session = try await logIn(fixture)
        func set(_ column: String, _ seconds: Int64) async throws {
            let time = Instant(microseconds: try await fixture.database.read { try $0.now() }) + .seconds(seconds)
            try await fixture.database.write { store throws -> Void in
                if column == "expires" {
                    try store.run("UPDATE sign_in SET expires_at = \(time)")
                } else {
                    try store.run("UPDATE sign_in SET ends_at = \(time)")
                }
            }
            fixture.access.authenticator.forgetGrants()
        }
        try await set("expires", 60)
        _ = try await fixture.access.signIn.refresh(session.token)
        let expires: Int64 = try await fixture.database.read { store throws in
            try store.value("SELECT (expires_at - \(store.dialect.now)) / 1000000 FROM sign_in") ?? 0
        }
        #expect(expires > 3600)
        try await set("expires", -1)
        await #expect(throws: AuthError.self) { try await fixture.cookie(session.token) }
        try await set("expires", 60)
        try await set("ends", -1)
        await #expect(throws: AuthError.self) { try await fixture.cookie(session.token) }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a new password and the end of an account end their sessions`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let before = try await logIn(fixture)
        let hash = try await fixture.database.read { try $0.passwordHash(of: fixture.ada.id) }
        try await fixture.database.write { try $0.setPasswordHash(hash, of: fixture.ada.id) }
        fixture.access.authenticator.forgetGrants()
        await #expect(throws: AuthError.self) { try await fixture.cookie(before.token) }
        let after = try await logIn(fixture)
        try await fixture.database.write { try $0.deletePerson(fixture.ada.id) }
        fixture.access.authenticator.forgetGrants()
        await #expect(throws: AuthError.self) { try await fixture.cookie(after.token) }
        await #expect(throws: AuthError.self) { try await logIn(fixture) }
    }

    @Test func `nothing that is stored is a cookie, and a form token belongs to one cookie`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        let (session, next) = (try await logIn(fixture), try await logIn(fixture))
        #expect(session.token != next.token)
        let stored: [String] = try await fixture.database.read { store throws in
            try store.rows("SELECT token_hash FROM sign_in").map { try $0.get("token_hash") }
        }
        #expect(stored.count == 2)
        for hash in stored {
            await #expect(throws: AuthError.self) { try await fixture.cookie(hash) }
        }
        let signIn = fixture.access.signIn
        #expect(signIn.isCSRFToken(session.csrfToken, of: session.token))
        #expect(fixture.another().signIn.isCSRFToken(session.csrfToken, of: session.token))
        #expect(!signIn.isCSRFToken(next.csrfToken, of: session.token))
        #expect(!signIn.isCSRFToken("", of: session.token))
    }

    @Test func `an application does not log in as a person`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        let applications = fixture.access.applications
        let made = try await fixture.database.write { try applications.create("ci", for: fixture.ada.id, in: $0) }
        await #expect(throws: AuthError.self) {
            try await fixture.access.signIn.logIn(
                name: made.application.clientID, password: made.clientSecret, address: "a")
        }
    }
}
