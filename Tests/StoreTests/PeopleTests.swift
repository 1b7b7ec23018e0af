import Model
import Posix
import SQL
import Schema
import Store
import TestKit
import Testing
import Time

@Suite("People and their permissions", .timeLimit(.minutes(2)))
struct PeopleTests {
    private let now = Instant(seconds: 1_800_000_000)

    private func person(_ email: String) -> Person { Person(name: "p", email: email, createdAt: now) }

    @Test(arguments: Dialect.Engine.allCases)
    func `a person comes out as it went in, and is found by address and by auth id`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await StoreFixture(engine)
        var ada = person("Ada@Example.org")
        ada.defaultWorkspaceID = fixture.workspace.id
        let other = Person(name: "o", email: "o@x", authID: "oidc|7", createdAt: now)
        try await fixture.database.write { [ada] session throws in
            try session.insert(ada)
            try session.insert(other)
            #expect(try session.person(ada.id) == ada)
            #expect(try session.person(email: "ADA@example.ORG") == ada)
            #expect(try session.person(authID: ada.id.description) == ada)
            #expect(try session.person(authID: "oidc|7") == other)
            #expect(try session.person(email: "nobody@x") == nil)
            #expect(try session.person(authID: UUID.zero.description).id == Person.first)
            #expect(try Set(session.people().map(\.id)) == [other.id, ada.id, Person.first])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `an address belongs to one person, until that one is deleted`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let (first, second) = (person("a@x"), person("A@X"))
        try await fixture.database.write { try $0.insert(first) }
        let error = await #expect(throws: StoreError.self) {
            try await fixture.database.write { try $0.insert(second) }
        }
        #expect(error?.code == .conflict)
        try await fixture.database.write { session throws in
            try session.deletePerson(first.id)
            try session.insert(second)
            var changed = second
            changed.email = "b@x"
            try session.update(changed)
            #expect(try session.person(email: "b@x")?.id == second.id)
        }
        await #expect(throws: StoreError.self) {
            try await fixture.database.write { session throws in
                var changed = second
                changed.email = try session.person(Person.first).email
                try session.update(changed)
            }
        }
        await #expect(throws: StoreError.self) {
            try await fixture.database.write { try $0.deletePerson(Person.first) }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a deleted person takes permissions, applications and sign-ins along`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let ada = person("a@x")
        let application = Application(name: "n", clientID: "c", personID: ada.id, createdAt: now)
        try await fixture.database.write { session throws in
            try session.insert(ada, passwordHash: "h")
            try session.insert(application, secretHash: "s")
            #expect(try session.application(clientID: "c") == application)
            let permission = try #require(
                Permission(
                    personID: ada.id, type: .workspaceEditor, scope: .workspace(fixture.workspace.id), createdAt: now))
            try session.insert(permission)
            #expect(try session.permissions(of: ada.id) == [permission])
            #expect(try session.people(organization: .zero).map(\.id).contains(ada.id))
            let later = Instant(microseconds: try session.now()) + .seconds(60)
            try session.insertSignIn("t", of: ada.id, at: now, expires: later, ends: later)
            #expect(try session.signIn("t")?.personID == ada.id)
            try session.deletePerson(ada.id)
            #expect(try session.applications(of: ada.id) == [])
            #expect(try session.permissions(of: ada.id) == [])
            #expect(try session.signIn("t") == nil)
            #expect(try session.passwordHash(of: ada.id) == nil)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `one place holds one permission of a person, of its own kind`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let ada = person("a@x")
        let scope = Permission.Scope.workspace(fixture.workspace.id)
        #expect(Permission(personID: ada.id, type: .organizationAdmin, scope: scope, createdAt: now) == nil)
        let reader = try #require(
            Permission(personID: ada.id, type: .workspaceReader, scope: scope, createdAt: now))
        let editor = try #require(
            Permission(personID: ada.id, type: .workspaceEditor, scope: scope, createdAt: now))
        try await fixture.database.write { session throws in
            try session.insert(ada)
            try session.insert(reader)
            try session.setType(.workspaceAdmin, of: reader.id)
            #expect(try session.permission(reader.id).type == .workspaceAdmin)
            #expect(try session.permissions(in: scope).map(\.id) == [reader.id])
        }
        for wrong: @Sendable (any Session) throws -> Void in [
            { try $0.insert(editor) },
            { try $0.setType(.organizationReader, of: reader.id) },
            { _ = try $0.permission(editor.id) },
        ] {
            await #expect(throws: StoreError.self) { try await fixture.database.write(wrong) }
        }
        await #expect(throws: DatabaseError.self, "the table itself knows what belongs where") {
            try await fixture.database.write { _ = try $0.run("UPDATE permission SET type = 'organization_admin'") }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the first administrator stays one`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            try session.seedFirstAdministrator()
            try session.seedFirstAdministrator()
            #expect(try session.grants(of: Person.first).isInstanceAdmin)
        }
        await #expect(throws: StoreError.self) {
            try await fixture.database.write { session throws in
                let permission = try session.permissions(in: .instance)[0]
                try session.deletePermission(permission.id)
            }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `old sign-ins and entries of the audit log are pruned, newer ones stay`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            for hour in 0..<5 {
                let at = now + .seconds(3600 * hour)
                try session.insertSignIn("t\(hour)", of: Person.first, at: now, expires: at, ends: at)
                try session.insert(
                    AuditEntry(
                        at: at, personID: Person.first, operation: "o\(hour)", status: 200, requestID: UUID()))
            }
            let bound = now + .seconds(3 * 3600)
            #expect(try session.pruneAudit(before: bound, limit: 2) == 2)
            #expect(try session.pruneAudit(before: bound, limit: 2) == 1)
            #expect(try session.auditEntries(AuditFilter()).map(\.operation) == ["o4", "o3"])
            #expect(try session.pruneSignIns(expiredBefore: bound, limit: 100) == 3)
        }
    }
}
