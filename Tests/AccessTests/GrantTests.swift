import Access
import Model
import Posix
import SQL
import Store
import TestKit
import Testing
import Time

@Suite("What callers may do", .timeLimit(.minutes(2)))
struct GrantTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `each permission gives its role where it stands, and nowhere else`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let expected: [PermissionType: Role?] = [
            .instanceAdmin: .admin, .organizationAdmin: .admin, .organizationEditor: .editor,
            .organizationRunner: .runner, .organizationReader: .reader, .organizationMember: nil,
            .workspaceOwner: .admin, .workspaceAdmin: .admin, .workspaceEditor: .editor,
            .workspaceSourceEditor: .reader, .workspaceDestinationEditor: .reader, .workspaceRunner: .runner,
            .workspaceReader: .reader,
        ]
        #expect(expected.count == PermissionType.allCases.count)
        for type in PermissionType.allCases {
            let scope: Permission.Scope =
                switch type.scope {
                case .instance: .instance
                case .organization: .organization(.zero)
                case .workspace: .workspace(fixture.ours.id)
                }
            let permission = try #require(try await fixture.grant(type, scope))
            let caller = try await fixture.basic("ada@example.org", AccessFixture.password)
            let role = try #require(expected[type])
            #expect(caller.role(in: fixture.ours.id) == role, "\(type)")
            #expect(caller.role(in: fixture.theirs.id) == (type.scope == .workspace ? nil : role), "\(type)")
            #expect(caller.isInstanceAdmin == (type == .instanceAdmin))
            for asked in Role.allCases {
                #expect(caller.may(asked, in: fixture.ours.id) == (role.map { $0 >= asked } ?? false))
            }
            #expect((caller.visibleWorkspaces == nil) == (type == .instanceAdmin))
            if type.scope == .workspace { #expect(caller.visibleWorkspaces == [fixture.ours.id]) }
            try await fixture.database.write { try $0.deletePermission(permission.id) }
        }
        fixture.access.authenticator.forgetGrants()
        let nobody = try await fixture.basic("ada@example.org", AccessFixture.password)
        #expect(nobody.visibleWorkspaces == [])
        #expect(nobody.role(inOrganization: .zero) == nil)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `of two permissions for a workspace the greater counts`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        _ = try await fixture.grant(.organizationReader, .organization(.zero))
        _ = try await fixture.grant(.workspaceAdmin, .workspace(fixture.ours.id))
        let caller = try await fixture.basic("ada@example.org", AccessFixture.password)
        #expect(caller.role(in: fixture.ours.id) == .admin)
        #expect(caller.role(in: fixture.theirs.id) == .reader)
        #expect(caller.visibleWorkspaces == [fixture.ours.id, fixture.theirs.id])
    }

    @Test func `a permission that was taken away is felt here at once and elsewhere soon`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        let permission = try #require(try await fixture.grant(.workspaceReader, .workspace(fixture.ours.id)))
        let other = fixture.another()
        func role(_ access: AccessServices) async throws -> Role? {
            try await fixture.basic("ada@example.org", AccessFixture.password, at: access).role(in: fixture.ours.id)
        }
        #expect(try await role(fixture.access) == .reader)
        #expect(try await role(other) == .reader)
        try await fixture.database.write { try $0.deletePermission(permission.id) }
        fixture.access.authenticator.forgetGrants()
        #expect(try await role(fixture.access) == nil)
        fixture.clock.advance(fixture.settings.grantsKept)
        #expect(try await role(other) == nil)
    }
}
