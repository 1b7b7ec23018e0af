import Access
import Crypto
import JSON
import Model
import SQL
import Store
import TestKit
import Testing
import Time

@Suite("Client credentials and tokens", .timeLimit(.minutes(2)))
struct TokenTests {
    private func application(_ fixture: AccessFixture) async throws -> Applications.New {
        let applications = fixture.access.applications
        return try await fixture.database.write { try applications.create("ci", for: fixture.ada.id, in: $0) }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a token stands for its application at every server, until it expires`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let made = try await application(fixture)
        let token = try await fixture.access.tokens.issue(
            clientID: made.application.clientID, clientSecret: made.clientSecret, address: "a")
        #expect(token.expiresIn == 900)
        for access in [fixture.access, fixture.another()] {
            let caller = try await fixture.bearer(token.text, at: access)
            #expect(caller.personID == fixture.ada.id)
            #expect(caller.applicationID == made.application.id)
        }
        let parts = token.text.split(separator: ".")
        #expect(parts.count == 3)
        let claims = try JSON.parse(
            try #require(Base64.decode(parts[1].map { $0 == "-" ? "+" : $0 == "_" ? "/" : String($0) }.joined())))
        #expect(claims["sub"]?.stringValue == fixture.ada.authID)
        #expect(claims["aud"]?.stringValue == "airbyte-server")
        fixture.clock.advance(.seconds(899))
        _ = try await fixture.bearer(token.text)
        fixture.clock.advance(.seconds(1))
        let error = await #expect(throws: AuthError.self) { try await fixture.bearer(token.text) }
        #expect(error?.code == .expired)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a deleted application's secret and tokens are worth nothing`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let made = try await application(fixture)
        let id = made.application.clientID
        let token = try await fixture.access.tokens.issue(
            clientID: id, clientSecret: made.clientSecret, address: "a")
        #expect(try await fixture.basic(id, made.clientSecret).applicationID == made.application.id)
        try await fixture.database.write { try $0.deleteApplication(made.application.id) }
        fixture.clock.advance(fixture.settings.grantsKept)
        await #expect(throws: AuthError.self) { try await fixture.bearer(token.text) }
        await #expect(throws: AuthError.self) { try await fixture.basic(id, made.clientSecret) }
        await #expect(throws: AuthError.self) {
            try await fixture.access.tokens.issue(clientID: id, clientSecret: made.clientSecret, address: "a")
        }
    }

    @Test func `a wrong secret, and a person's password, buy no token`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        let made = try await application(fixture)
        for (id, secret) in [
            (made.application.clientID, "wrong"), (made.application.clientID, ""), ("nobody", made.clientSecret),
            ("ada@example.org", AccessFixture.password),
        ] {
            let error = await #expect(throws: AuthError.self) {
                try await fixture.access.tokens.issue(clientID: id, clientSecret: secret, address: "a")
            }
            #expect(error?.code == .wrong)
        }
        let stored = try await fixture.database.read { try $0.secretHash(of: made.application.id) }
        #expect(stored?.contains(made.clientSecret) == false)
    }

    @Test func `a token of another installation, a changed one and rubbish are refused`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        let made = try await application(fixture)
        let stranger = fixture.another(key: SealingKey())
        let applications = stranger.applications
        let strange = try await fixture.database.write {
            try applications.create("x", for: fixture.ada.id, in: $0)
        }
        let foreign = try await stranger.tokens.issue(
            clientID: strange.application.clientID, clientSecret: strange.clientSecret, address: "a")
        let good = try await fixture.access.tokens.issue(
            clientID: made.application.clientID, clientSecret: made.clientSecret, address: "a")
        _ = try await fixture.bearer(good.text)
        let parts = good.text.split(separator: ".").map(String.init)
        for token in [
            foreign.text, parts[0] + "." + parts[1] + ".", parts[0] + "." + parts[1], String(good.text.dropLast()), "x",
            "..", "a.b.c", String(repeating: "a", count: 100_000), "not a token",
        ] {
            let error = await #expect(throws: AuthError.self) { try await fixture.bearer(token) }
            #expect(error?.code == .wrong, "\(token.prefix(40))")
        }
    }

    @Test func `the static token is the administrator's`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        let caller = try await fixture.bearer("a token of twenty letters")
        #expect(caller.personID == Person.first)
        #expect(caller.isInstanceAdmin)
        await #expect(throws: AuthError.self) { try await fixture.bearer("a token of twenty letter") }
        let none = try await AccessFixture(.sqlite) { $0.staticToken = nil }
        await #expect(throws: AuthError.self) { try await none.bearer("a token of twenty letters") }
    }
}
