import Airbyte
import Flow
import JSON
import Model
import SQL
import SchemaChanges
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("The look at a source before a sync", .timeLimit(.minutes(2)))
struct SchemaLookTests {
    @Test(.proves("5.1-window"), arguments: Dialect.Engine.allCases)
    func `a source is asked once in a window, whoever syncs`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let discovery = ScriptedDiscovery(.finds(SyncFixture.atFirst))
        let first = try await fixture.usersConnection()
        let second = try await fixture.usersConnection()
        for id in [first, second, first] {
            try await fixture.carryOut(fixture.orders.start(.sync, connection: id), discovery: discovery)
        }
        #expect(discovery.begun == 1)
        // Another configuration is another source.
        try await fixture.database.write { session in
            var source = try session.lockedConnector(.source, fixture.source.id)
            source.configuration["host"] = "elsewhere"
            try session.update(source)
        }
        try await fixture.carryOut(fixture.orders.start(.sync, connection: first), discovery: discovery)
        #expect(discovery.begun == 2)
        // A reset reads nothing, so it need not know.
        try await fixture.database.write { _ = try $0.run("UPDATE catalog SET created_at = 0") }
        try await fixture.carryOut(fixture.orders.start(.reset, connection: first), discovery: discovery)
        #expect(discovery.begun == 2)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `syncs of one source at the same time wait for one discovery`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let discovery = ScriptedDiscovery(.hangs)
        let calls = ConnectorCalls(database: fixture.database, flows: fixture.flows, vault: fixture.vault)
        try await fixture.withWorker([discovery]) {
            try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        try await calls.discover(
                            fixture.source.id, oncePer: .seconds(3600), patience: .seconds(60)
                        ).catalogID
                    }
                }
                try await eventually { discovery.begun == 1 }
                discovery.script(.finds(SyncFixture.atFirst))
                var found: Set<String?> = []
                for try await id in group { found.insert(id) }
                #expect(found.count == 1 && found.first != .some(nil))
            }
        }
        #expect(discovery.begun == 1)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a worker that goes leaves the discovery to the next, which starts no other`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let discovery = ScriptedDiscovery(.hangs)
        let heard = NotedSchemaChanges()
        let job = try await fixture.orders.start(
            .sync, connection: fixture.usersConnection { $0.nonBreakingChanges = .propagateFully })
        try await fixture.carryOut(job, discovery: discovery, listener: heard) { discovery.begun == 1 }
        discovery.script(.finds(SyncFixture.grown))
        try await fixture.carryOut(job, discovery: discovery, listener: heard)
        let runs = try await fixture.flows.list().filter { $0.workflow == DiscoverCatalog.name }
        #expect(runs.count == 1)
        #expect(heard.kinds == [.propagated])
        #expect(try await fixture.hasTried(job))
    }

    @Test func `a connection that was made from a fresh discovery is not held up by another`() async throws {
        let fixture = try await SyncFixture(.sqlite)
        let discovery = ScriptedDiscovery(.fails)
        let id = try await fixture.usersConnection()
        try await fixture.discovered(SyncFixture.atFirst)
        let job = try await fixture.orders.start(.sync, connection: id)
        try await fixture.carryOut(job, discovery: discovery)
        #expect(discovery.begun == 0)
    }

    @Test(.proves("5.1-not-fatal"), arguments: Dialect.Engine.allCases)
    func `a discovery that fails fails no sync and is not tried again at once`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let discovery = ScriptedDiscovery(.fails)
        let id = try await fixture.usersConnection()
        for _ in 0..<2 {
            let job = try await fixture.orders.start(.sync, connection: id)
            try await fixture.carryOut(job, discovery: discovery)
            #expect(try await fixture.hasTried(job))
        }
        #expect(discovery.begun == 1)
        #expect(try await fixture.read(id).status == .active)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what cannot be looked at is for the attempt to tell, and changes nothing by halves`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let id = try await fixture.usersConnection { $0.nonBreakingChanges = .propagateColumns }
        let before = try await fixture.read(id)
        try await fixture.discovered(SyncFixture.grown)
        let job = try await fixture.orders.start(.sync, connection: id)
        try await fixture.carryOut(job, listener: DeafListener())
        #expect(try await fixture.hasTried(job))
        #expect(try await fixture.read(id) == before)
        let next = try await fixture.orders.start(.sync, connection: id)
        try await fixture.database.write { try $0.deleteConnector(.source, fixture.source.id, at: next.createdAt) }
        try await fixture.carryOut(next)
        #expect(try await fixture.job(next.id).status == .failed)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a discovery that hangs is waited for no longer than is set`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let discovery = ScriptedDiscovery(.hangs)
        var settings = SyncSettings()
        settings.discoverPatience = .milliseconds(50)
        let job = try await fixture.orders.start(.sync, connection: fixture.usersConnection())
        try await fixture.carryOut(job, discovery: discovery, settings: settings)
        #expect(discovery.begun == 1)
        #expect(try await fixture.hasTried(job))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a sync takes over what its source has come to offer`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let heard = NotedSchemaChanges()
        let id = try await fixture.usersConnection { $0.nonBreakingChanges = .propagateColumns }
        let job = try await fixture.orders.start(.sync, connection: id)
        try await fixture.carryOut(job, discovery: ScriptedDiscovery(.finds(SyncFixture.grown)), listener: heard)
        #expect(heard.kinds == [.propagated])
        #expect(try await fixture.read(id).catalog.streams[0].stream.fieldNames.contains("age"))
        #expect(try await fixture.hasTried(job))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a job whose connection is switched off for it is cancelled, says why, and leaves its orders`(
        engine: Dialect.Engine
    ) async throws {
        for catalog in [SyncFixture.grown, SyncFixture.broken] {
            let fixture = try await SyncFixture(engine, supportsRefreshes: true)
            let id = try await fixture.usersConnection { $0.nonBreakingChanges = .disable }
            let job = try await fixture.orders.refresh(id, streams: [], mode: .truncate)
            try await fixture.carryOut(job, discovery: ScriptedDiscovery(.finds(catalog)))
            #expect(try await fixture.job(job.id).status == .cancelled)
            let attempts = try await fixture.database.read { try $0.attempts(of: job.id) }
            #expect(attempts.map(\.status) == [.failed])
            #expect(attempts.first?.failures.first?.externalMessage.contains("switched off") == true)
            #expect(try await fixture.read(id).status == .inactive)
            let pending = try await fixture.database.read { try $0.pendingRefreshes(of: id) }
            #expect(pending == [StreamRefresh(SyncFixture.users, .truncate)])
            // Nothing was forgotten or begun for it.
            #expect(try await fixture.database.read { try $0.generations(of: id) }.isEmpty)
        }
    }
}

/// Cannot hear.
private struct DeafListener: SchemaChangeListener {
    func schemaChanged(_ event: SchemaChangeEvent, in session: any Session) throws {
        throw StoreError(.unsupported, "event", id: "", "Nobody is at home.")
    }
}
