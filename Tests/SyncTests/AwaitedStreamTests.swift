import Airbyte
import JSON
import Model
import SQL
import Store
import Sync
import TestKit
import Testing

@Suite("Connections made before their source told its streams", .timeLimit(.minutes(2)))
struct AwaitedStreamTests {
    private static func connection(_ fixture: SyncFixture) async throws -> ConnectionID {
        try await fixture.usersConnection { connection in
            connection.sourceCatalogID = nil
            connection.catalog.streams[0].stream = AirbyteStream(
                awaited: "users", namespace: nil, fields: ["id", "at"])
            connection.treatments = [
                StreamTreatment(stream: connection.catalog.streams[0].descriptor, selectsFields: true)
            ]
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the first sync completes them and goes on`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let id = try await Self.connection(fixture)
        #expect(try await fixture.read(id).awaitsStreams)
        let job = try await fixture.orders.start(.sync, connection: id)
        try await fixture.carryOut(job, discovery: ScriptedDiscovery(.finds(SyncFixture.atFirst)))
        let connection = try await fixture.read(id)
        #expect(!connection.awaitsStreams)
        #expect(connection.sourceCatalogID != nil)
        let stream = try #require(connection.catalog.streams.first)
        #expect(stream.cursorField == ["at"])
        #expect(stream.stream.jsonSchema["properties"] == ["id": SyncFixture.integer, "at": SyncFixture.text])
        #expect(stream.stream.supportedSyncModes == [.fullRefresh, .incremental])
        #expect(try await fixture.hasTried(job))
    }

    @Test(arguments: [
        (ScriptedDiscovery.Script.fails, "did not tell them"),
        (.finds(SyncFixture.broken), "has no field at"),
        (.finds(AirbyteCatalog(streams: [])), "no stream users"),
    ])
    func `a sync that cannot complete them fails and says why`(script: ScriptedDiscovery.Script, reason: String)
        async throws
    {
        let fixture = try await SyncFixture(.sqlite)
        let id = try await Self.connection(fixture)
        let job = try await fixture.orders.start(.sync, connection: id)
        try await fixture.carryOut(job, discovery: ScriptedDiscovery(script))
        let (after, attempts) = try await fixture.database.read { session in
            (try session.job(job.id), try session.attempts(of: job.id))
        }
        #expect(after.status == .failed)
        #expect(attempts.last?.failures.first?.externalMessage.contains(reason) == true)
        #expect(try await fixture.read(id).awaitsStreams)
    }
}
