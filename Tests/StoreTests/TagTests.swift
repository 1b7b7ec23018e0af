import Model
import SQL
import Store
import TestKit
import Testing

@Suite("Tags", .timeLimit(.minutes(3)))
struct TagTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `tags are put on connections, changed and taken away`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let (workspace, connection) = (fixture.workspace.id, fixture.connection.id)
        let a = try Tag(workspaceID: workspace, name: "a", color: "FF8800")
        var b = try Tag(workspaceID: workspace, name: "b", color: "00ff00")
        try await fixture.database.write { [b] session throws in
            for tag in [b, a] { try session.insert(tag) }
            #expect(try session.tags(workspaces: [workspace]) == [a, b])
            #expect(try session.tags(workspaces: []) == [])
            try session.setTags([b.id, a.id, a.id], of: connection)
            #expect(try session.tags(of: [connection]) == [connection: [a, b]])
            #expect(try session.connections(tagged: [a.id]) == [connection])
        }
        try b.change(name: "c", color: "123456")
        try await fixture.database.write { [b] session throws in
            try session.update(b)
            #expect(try session.tag(b.id) == b)
            try session.deleteTag(a.id)
            #expect(try session.tags(of: [connection]) == [connection: [b]])
            try session.setTags([], of: connection)
            #expect(try session.tags(of: [connection]).isEmpty)
            #expect(try session.connections(tagged: [a.id, b.id]).isEmpty)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a name is a workspace's once, and a tag stays in its workspace`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let other = Workspace(name: "o", slug: "o", createdAt: fixture.workspace.createdAt)
        let tag = try Tag(workspaceID: fixture.workspace.id, name: "a", color: "000000")
        let same = try Tag(workspaceID: fixture.workspace.id, name: "a", color: "111111")
        let foreign = try Tag(workspaceID: other.id, name: "a", color: "000000")
        try await fixture.database.write { session throws in
            try session.seed(other)
            try session.insert(tag)
            try session.insert(foreign)
        }
        let twice = await #expect(throws: StoreError.self) { try await fixture.database.write { try $0.insert(same) } }
        #expect(twice?.code == .conflict)
        let strange = await #expect(throws: StoreError.self) {
            try await fixture.database.write { try $0.setTags([tag.id, foreign.id], of: fixture.connection.id) }
        }
        #expect(strange?.code == .notFound)
        #expect(try await fixture.database.read { try $0.tags(of: [fixture.connection.id]) }.isEmpty)
    }

    @Test func `a tag has a name of 1 to 30 characters and a color of six digits`() {
        for (name, color) in [
            ("", "000000"), (String(repeating: "n", count: 31), "000000"), ("n", "#00000"), ("n", "00000"),
            ("n", "00000g"), ("n", "0000000"), ("n", "００００００"),
        ] {
            #expect(throws: TagError.self) { try Tag(workspaceID: WorkspaceID(), name: name, color: color) }
        }
        #expect(throws: Never.self) {
            try Tag(workspaceID: WorkspaceID(), name: String(repeating: "ü", count: 30), color: "aBcDeF")
        }
    }
}

extension Session {
    fileprivate func connections(tagged tags: [TagID]) throws -> [ConnectionID] {
        var query = ConnectionQuery()
        query.tags = tags
        return try connections(query).map(\.id)
    }
}
