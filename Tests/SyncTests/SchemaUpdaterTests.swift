import Airbyte
import JSON
import Model
import SQL
import SchemaChanges
import Secrets
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("A connection and changes at its source", .timeLimit(.minutes(2)))
struct SchemaUpdaterTests {
    private typealias Preference = Connection.NonBreakingChanges

    @Test(arguments: Dialect.Engine.allCases)
    func `what does not break is taken over, left, or switches off, as is preferred`(
        engine: Dialect.Engine
    ) async throws {
        let cases: [(Preference, fields: Int, streams: [String], active: Bool, accepts: Bool, SchemaChangeEvent.Kind)] =
            [
                (.ignore, 3, ["users"], true, false, .actionRequired),
                (.disable, 3, ["users"], false, false, .deactivated),
                (.propagateColumns, 4, ["users"], true, true, .propagated),
                (.propagateFully, 4, ["users", "fresh"], true, true, .propagated),
            ]
        for (preference, fields, streams, active, accepts, kind) in cases {
            let fixture = try await SyncFixture(engine)
            let id = try await fixture.usersConnection { $0.nonBreakingChanges = preference }
            let before = try await fixture.read(id)
            let found = try await fixture.discovered(SyncFixture.grown)
            let heard = NotedSchemaChanges()
            let update = try await fixture.take(found, id, listener: heard)
            let after = try await fixture.read(id)
            #expect(after == update.connection)
            #expect(after.catalog.streams.map(\.stream.name) == streams)
            #expect(after.catalog.streams.first?.stream.fieldNames.count == fields)
            #expect((after.status == .active) == active)
            #expect(after.statusReason == (active ? nil : "DISABLE_CONNECTION_IF_ANY_SCHEMA_CHANGES"))
            #expect(after.sourceCatalogID == (accepts ? found : before.sourceCatalogID))
            #expect(!after.hasBreakingChange)
            #expect(heard.kinds == [kind])
            #expect(heard.last?.changes["transforms"]?.arrayValue?.count == 2)
            #expect(heard.last?.connection == id && heard.last?.catalog == found)
        }
    }

    @Test(.proves("5.4-breaking"), arguments: Dialect.Engine.allCases)
    func `what breaks switches off whatever is preferred, and is mended by another configuration`(
        engine: Dialect.Engine
    ) async throws {
        for preference in Preference.allCases {
            let fixture = try await SyncFixture(engine)
            let id = try await fixture.usersConnection { $0.nonBreakingChanges = preference }
            let sibling = try await fixture.usersConnection()
            let found = try await fixture.discovered(SyncFixture.broken)
            let heard = NotedSchemaChanges()
            _ = try await fixture.take(found, id, listener: heard)
            let after = try await fixture.read(id)
            #expect(after.status == .inactive && after.hasBreakingChange)
            #expect(after.statusReason == "SCHEMA_CHANGES_ARE_BREAKING")
            #expect(after.catalog.streams[0].stream == SyncFixture.users())
            #expect(heard.kinds == [.breaking])
            #expect(try await fixture.read(sibling).status == .active)
            // Asked again, it says so again and does nothing more.
            let again = try await fixture.take(found, id, on: .question, listener: heard)
            #expect(again.diff.isBreaking && heard.kinds == [.breaking])
            let updater = SchemaUpdater(vault: fixture.vault, listener: heard)
            var mended = after
            mended.catalog.streams[0].syncMode = .fullRefresh
            let pending = try await fixture.database.read { [mended] session throws in
                try [after, mended].map { try updater.pendingChanges(of: $0, in: session).isBreaking }
            }
            #expect(pending == [true, false])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `ignored changes are told of once, and taken over when that is preferred later`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let id = try await fixture.usersConnection()
        let found = try await fixture.discovered(SyncFixture.grown)
        let heard = NotedSchemaChanges()
        for _ in 0..<3 { _ = try await fixture.take(found, id, listener: heard) }
        #expect(heard.kinds == [.actionRequired])
        // The same catalog discovered anew is the same.
        #expect(try await fixture.discovered(SyncFixture.grown) == found)
        try await fixture.database.write { session in
            var connection = try session.lockedConnection(id)
            connection.nonBreakingChanges = .propagateColumns
            try session.update(connection)
        }
        _ = try await fixture.take(found, id, listener: heard)
        #expect(heard.kinds == [.actionRequired, .propagated])
        #expect(try await fixture.read(id).catalog.streams[0].stream.fieldNames.contains("age"))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `who only asks has nothing taken over`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let id = try await fixture.usersConnection {
            $0.nonBreakingChanges = .propagateFully
            $0.backfills = true
        }
        let state = ConnectionState.stream([StreamState(descriptor: SyncFixture.users, state: ["at": "x"])])
        try await fixture.database.write { try $0.save(state, of: id, at: Instant(seconds: 1)) }
        let before = try await fixture.read(id)
        let heard = NotedSchemaChanges()
        let update = try await fixture.take(
            fixture.discovered(SyncFixture.grown), id, on: .question, listener: heard)
        #expect(!update.diff.isEmpty && heard.kinds.isEmpty)
        #expect(try await fixture.read(id) == before)
        #expect(try await fixture.database.read { try $0.state(of: id) } == state)
    }

    @Test(.proves("5.5-backfill"), arguments: Dialect.Engine.allCases)
    func `a backfill forgets the state of what has grown, where each stream has its own`(
        engine: Dialect.Engine
    ) async throws {
        let mine = StreamState(descriptor: SyncFixture.users, state: ["at": "x"])
        let other = StreamState(descriptor: SyncFixture.orders, state: ["at": "y"])
        let cases: [(Bool, before: ConnectionState, after: ConnectionState)] = [
            (true, .stream([other, mine]), .stream([other])), (false, .stream([other, mine]), .stream([other, mine])),
            (true, .global(shared: ["lsn": 1], [mine]), .global(shared: ["lsn": 1], [mine])),
        ]
        for (backfills, before, after) in cases {
            let fixture = try await SyncFixture(engine)
            let id = try await fixture.usersConnection {
                $0.nonBreakingChanges = .propagateColumns
                $0.backfills = backfills
            }
            try await fixture.database.write { try $0.save(before, of: id, at: Instant(seconds: 1)) }
            let update = try await fixture.take(fixture.discovered(SyncFixture.grown), id)
            #expect(try await fixture.database.read { try $0.state(of: id) } == after)
            #expect(update.backfilled == (before == after ? [] : [SyncFixture.users]))
        }
    }

    @Test(arguments: SchemaContract.allCases)
    func `a contract keeps a stream's schema, and what breaks it counts all the same`(
        contract: SchemaContract
    ) async throws {
        let fixture = try await SyncFixture(.sqlite)
        let id = try await fixture.usersConnection {
            $0.nonBreakingChanges = .propagateFully
            $0.treatments = [StreamTreatment(stream: SyncFixture.users, contract: contract)]
        }
        let heard = NotedSchemaChanges()
        _ = try await fixture.take(fixture.discovered(SyncFixture.grown), id, listener: heard)
        let after = try await fixture.read(id)
        #expect(after.catalog.streams.map(\.stream.name) == ["users", "fresh"])
        #expect(after.catalog.streams[0].stream.fieldNames.contains("age") == (contract == .evolve))
        #expect(heard.kinds == [.propagated])
        // A stream that goes is not dropped under a contract; somebody hears of it.
        _ = try await fixture.take(
            fixture.discovered(AirbyteCatalog(streams: [SyncFixture.grown.streams[1]])), id, listener: heard)
        let left = try await fixture.read(id)
        #expect(left.catalog.streams.map(\.stream.name) == (contract == .evolve ? ["fresh"] : ["users", "fresh"]))
        #expect(heard.kinds.last == (contract == .evolve ? .propagated : .actionRequired))
        let other = try await fixture.usersConnection { connection in
            connection.treatments = [StreamTreatment(stream: SyncFixture.users, contract: contract)]
        }
        _ = try await fixture.take(fixture.discovered(SyncFixture.broken), other)
        #expect(try await fixture.read(other).hasBreakingChange)
    }

    @Test func `of a stream with selected fields only they count, and new ones join`() async throws {
        let fixture = try await SyncFixture(.sqlite)
        let select: @Sendable (inout Connection) -> Void = { connection in
            connection.nonBreakingChanges = .propagateColumns
            connection.treatments = [StreamTreatment(stream: SyncFixture.users, selectsFields: true)]
            connection.catalog.streams[0].stream = SyncFixture.users().selecting(["id", "at"])
        }
        // With the catalog of its configuration at hand, and without.
        let known = try await fixture.usersConnection(select)
        let unknown = try await fixture.usersConnection { connection in
            select(&connection)
            connection.sourceCatalogID = nil
        }
        let unselected = AirbyteCatalog(streams: [
            SyncFixture.users(["id": SyncFixture.integer, "at": SyncFixture.text, "name": ["type": "boolean"]])
        ])
        for id in [known, unknown] {
            let quiet = try await fixture.take(fixture.discovered(unselected), id)
            #expect(quiet.diff.isEmpty && quiet.kind == nil)
            let update = try await fixture.take(fixture.discovered(SyncFixture.grown), id)
            #expect(update.kind == .propagated)
            #expect(update.connection.catalog.streams[0].stream.fieldNames == ["id", "at", "age"])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a change that a mapper cannot bear counts as breaking`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let hash: JSON = ["id": "h", "name": "hashing", "config": ["targetField": "name", "method": "SHA-256"]]
        let id = try await fixture.usersConnection {
            $0.nonBreakingChanges = .propagateFully
            $0.treatments = [StreamTreatment(stream: SyncFixture.users, mappers: [hash])]
        }
        let heard = NotedSchemaChanges()
        let without = AirbyteCatalog(streams: [SyncFixture.users(["id": SyncFixture.integer, "at": SyncFixture.text])])
        let update = try await fixture.take(fixture.discovered(without), id, listener: heard)
        #expect(update.fault?.contains("name") == true)
        let after = try await fixture.read(id)
        #expect(after.status == .inactive && after.hasBreakingChange)
        #expect(after.statusReason == "SCHEMA_CHANGES_ARE_BREAKING")
        #expect(after.catalog.streams[0].stream == SyncFixture.users())
        #expect(heard.kinds == [.breaking])
    }

    @Test func `a new stream that would land on another one stays out`() async throws {
        let fixture = try await SyncFixture(.sqlite)
        let id = try await fixture.usersConnection {
            $0.nonBreakingChanges = .propagateFully
            $0.namespaceDefinition = .destination
        }
        var twin = SyncFixture.users()
        twin.namespace = "other"
        let heard = NotedSchemaChanges()
        let found = AirbyteCatalog(streams: SyncFixture.grown.streams + [twin])
        _ = try await fixture.take(fixture.discovered(found), id, listener: heard)
        let after = try await fixture.read(id)
        #expect(after.catalog.streams.map(\.descriptor.description) == ["users", "fresh"])
        #expect(heard.kinds == [.actionRequired])
        #expect(after.status == .active)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a stream that goes takes its mappers' secrets with it`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let vault = fixture.vault
        let id = try await fixture.usersConnection { $0.nonBreakingChanges = .propagateFully }
        try await fixture.database.write { session in
            var connection = try session.lockedConnection(id)
            let encrypt: JSON = [
                "id": "e", "name": "encryption",
                "config": [
                    "algorithm": "AES", "targetField": "name", "mode": "CBC", "padding": "PKCS5Padding",
                    "key": .string(String(repeating: "ab", count: 16)),
                ],
            ]
            connection.treatments = try vault.split(
                [StreamTreatment(stream: SyncFixture.users, mappers: [encrypt])], replacing: [],
                workspace: connection.workspaceID, in: session, at: Instant(seconds: 1))
            try session.update(connection)
        }
        _ = try await fixture.take(
            fixture.discovered(AirbyteCatalog(streams: [SyncFixture.grown.streams[1]])), id)
        let after = try await fixture.read(id)
        #expect(after.treatments.isEmpty && after.catalog.streams.map(\.stream.name) == ["fresh"])
        #expect(try await fixture.database.read { try $0.value("SELECT count(*) FROM secret") } == 0)
    }
}
