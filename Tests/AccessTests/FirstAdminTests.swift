import Access
import Model
import SQL
import Store
import TestKit
import Testing

@Suite("The first administrator", .timeLimit(.minutes(2)))
struct FirstAdminTests {
    private let secret = "a client secret of some length"

    @Test(arguments: Dialect.Engine.allCases)
    func `what is set up lets in, and setting it up again changes nothing`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let admin = FirstAdmin(
            email: "Root@Example.org", password: "root's own", client: .init(id: "the-client", secret: secret))
        #expect(try await admin.seed(in: fixture.database, key: fixture.key).count == 3)
        for name in ["root@example.org", "airbyte", "Airbyte"] {
            #expect(try await fixture.basic(name, "root's own").isInstanceAdmin)
        }
        #expect(try await fixture.basic("the-client", secret).isInstanceAdmin)
        let session = try await fixture.access.signIn.logIn(name: "airbyte", password: "root's own", address: "a")
        #expect(try await admin.seed(in: fixture.database, key: fixture.key) == [])
        fixture.access.authenticator.forgetGrants()
        #expect(try await fixture.cookie(session.token).personID == Person.first)

        let changed = FirstAdmin(password: "a newer one", client: .init(id: "the-client", secret: secret + "!"))
        #expect(try await changed.seed(in: fixture.database, key: fixture.key).count == 2)
        fixture.access.authenticator.forgetGrants()
        await #expect(throws: AuthError.self) { try await fixture.cookie(session.token) }
        await #expect(throws: AuthError.self) { try await fixture.basic("airbyte", "root's own") }
        await #expect(throws: AuthError.self) { try await fixture.basic("the-client", secret) }
        #expect(try await fixture.basic("the-client", secret + "!").isInstanceAdmin)
    }

    @Test func `nothing set up leaves nobody a way in`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        #expect(try await FirstAdmin().seed(in: fixture.database, key: fixture.key) == [])
        await #expect(throws: AuthError.self) { try await fixture.basic("airbyte", "") }
    }
}
