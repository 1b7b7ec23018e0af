import Access
import Crypto
import Model
import SQL
import Store
import TestKit
import Testing
import Time

@Suite("Signing in with a password", .timeLimit(.minutes(2)))
struct PasswordSignInTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `the right password lets in whatever the case of the address, a wrong one does not`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await AccessFixture(engine)
        for name in ["ada@example.org", "ADA@example.org"] {
            let caller = try await fixture.basic(name, AccessFixture.password)
            #expect(caller.personID == fixture.ada.id)
            #expect(caller.method == .password)
            #expect(!caller.isInstanceAdmin)
        }
        for (name, password) in [
            ("ada@example.org", "wrong"), ("ada@example.org", ""), ("bob@example.org", AccessFixture.password),
            ("airbyte", AccessFixture.password), ("", ""), ("ada@example.org", String(repeating: "x", count: 5000)),
        ] {
            let error = await #expect(throws: AuthError.self) { try await fixture.basic(name, password) }
            #expect(error?.code == .wrong)
            #expect(error?.status == 401)
        }
    }

    @Test func `a header that cannot be read is told from one that is wrong`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        for header in ["", "Basic", "Basic ", "Basic !!!", "Basic YWRh", "Digest x=y", "Bearer"] {
            let error = await #expect(throws: AuthError.self) {
                try await fixture.access.authenticator.caller(authorization: header, cookie: nil, address: "a")
            }
            #expect(error?.code == .malformed, "\(header)")
        }
        let error = await #expect(throws: AuthError.self) {
            try await fixture.access.authenticator.caller(authorization: nil, cookie: nil, address: "a")
        }
        #expect(error?.code == .missing)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a password that was right is not asked of the store again, until it is changed`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await AccessFixture(engine)
        let other = fixture.another()
        for access in [fixture.access, other] {
            _ = try await fixture.basic("ada@example.org", AccessFixture.password, at: access)
        }
        let hash = try await PasswordHash(of: "another one").text
        try await fixture.database.write { try $0.setPasswordHash(hash, of: fixture.ada.id) }
        fixture.access.authenticator.forgetGrants()
        await #expect(throws: AuthError.self) {
            try await fixture.basic("ada@example.org", AccessFixture.password)
        }
        #expect(try await fixture.basic("ada@example.org", "another one").personID == fixture.ada.id)
        // The other server has not been told; it may go on for as long as it believes what it knows.
        fixture.clock.advance(fixture.settings.grantsKept)
        await #expect(throws: AuthError.self) {
            try await fixture.basic("ada@example.org", AccessFixture.password, at: other)
        }
        #expect(try await fixture.basic("ada@example.org", "another one", at: other).personID == fixture.ada.id)
    }

    @Test func `a remembered password costs no hash`() async throws {
        let fixture = try await AccessFixture(.sqlite) { $0.credentialsKept = .seconds(60) }
        _ = try await fixture.basic("ada@example.org", AccessFixture.password)
        // What no password can be compared with: only a memory can answer.
        try await fixture.database.write { _ = try $0.run("UPDATE person SET password_hash = 'broken'") }
        #expect(try await fixture.basic("ada@example.org", AccessFixture.password).personID == fixture.ada.id)
        fixture.clock.advance(.seconds(60))
        await #expect(throws: CryptoError.self) {
            try await fixture.basic("ada@example.org", AccessFixture.password)
        }
    }

    @Test func `after ten wrong passwords in a minute an account is closed to that address`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        for _ in 0..<10 {
            let error = await #expect(throws: AuthError.self) { try await fixture.basic("ada@example.org", "wrong") }
            #expect(error?.code == .wrong)
        }
        fixture.clock.advance(.seconds(15))
        let error = await #expect(throws: AuthError.self) {
            try await fixture.basic("ADA@example.org", AccessFixture.password)
        }
        #expect(error?.code == .tooMany)
        #expect(error?.status == 429)
        #expect(error?.retryAfter == 45)
        #expect(
            try await fixture.basic("ada@example.org", AccessFixture.password, from: "192.0.2.2").personID
                == fixture.ada.id)
        fixture.clock.advance(.seconds(45))
        #expect(try await fixture.basic("ada@example.org", AccessFixture.password).personID == fixture.ada.id)
    }

    @Test func `a hundred guesses at once are ten, and a hundred right ones are one`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        func answers(_ password: @escaping @Sendable (Int) -> String) async -> [AuthError.Code?] {
            await withTaskGroup(of: AuthError.Code?.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        do {
                            _ = try await fixture.basic("ada@example.org", password(number))
                            return nil
                        } catch { return (error as? AuthError)?.code }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(await answers { _ in AccessFixture.password }.allSatisfy { $0 == nil })
        let guesses = await answers { "wrong \($0)" }
        #expect(guesses.filter { $0 == .wrong }.count == 10)
        #expect(guesses.filter { $0 == .tooMany }.count == 90)
    }

    @Test func `an address that tries one password on many accounts is closed, too`() async throws {
        let fixture = try await AccessFixture(.sqlite) { $0.failuresOfAddress = 5 }
        for number in 0..<5 {
            let error = await #expect(throws: AuthError.self) { try await fixture.basic("p\(number)@x", "guess") }
            #expect(error?.code == .wrong)
        }
        let error = await #expect(throws: AuthError.self) { try await fixture.basic("p9@x", "guess") }
        #expect(error?.code == .tooMany)
    }

    @Test func `where nobody signs in, everybody is the administrator`() async throws {
        let fixture = try await AccessFixture(.sqlite) { $0.mode = .none }
        #expect(try await fixture.basic("who", "ever").isInstanceAdmin)
        #expect(try await fixture.cookie("").personID == Person.first)
        let token = try await fixture.access.tokens.issue(clientID: "", clientSecret: "", address: "")
        #expect(token.text.split(separator: ".").count == 3)
        var settings = fixture.settings
        settings.mode = .simple
        let strict = AccessServices(
            database: fixture.database, key: fixture.key, settings: settings, clock: fixture.clock)
        await #expect(throws: AuthError.self, "it was issued to nobody") {
            try await fixture.bearer(token.text, at: strict)
        }
    }
}
