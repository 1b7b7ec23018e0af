import Airbyte
import JSON
import Model
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("A change of a connection's streams", .timeLimit(.minutes(2)))
struct ConnectionChangeTests {
    private static let before = ConfiguredCatalog(
        streams: ["same", "cursor", "key", "mode", "target", "schema", "gone"].map(SyncFixture.incremental))

    private static var after: ConfiguredCatalog {
        var streams = before.streams.dropLast() + [SyncFixture.incremental("new")]
        streams[1].cursorField = ["changed"]
        streams[2].primaryKey = [["id"], ["part"]]
        streams[3].syncMode = .fullRefresh
        streams[4].destinationSyncMode = .append
        streams[5].stream.jsonSchema = ["type": "object"]
        return ConfiguredCatalog(streams: Array(streams))
    }

    @Test func `what is read or written in another way counts, what comes or goes does not`() {
        let change = ConnectionChange(from: Self.before, to: Self.after)
        #expect(change.changed.map(\.name) == ["cursor", "key", "mode", "target"])
        #expect(change.reshaped.map(\.name) == ["schema"])
        #expect(change.switched.map(\.name) == ["mode"])
        #expect(ConnectionChange(from: Self.before, to: Self.before).changed.isEmpty)
    }

    @Test(.proves("3.7-reset"), arguments: Dialect.Engine.allCases)
    func `changed streams are merged anew, cleared, or forgotten, as asked and as the destination can`(
        engine: Dialect.Engine
    ) async throws {
        let changed = ["cursor", "key", "mode", "target"]
        let cases:
            [(ConnectionChange.Wish, able: Bool, refreshes: [String], resets: [String], forgets: Bool, run: Bool)] =
                [
                    (.quiet, true, changed, [], false, false), (.quiet, false, [], [], true, false),
                    (.keep, true, [], [], true, false), (.keep, false, [], [], true, false),
                    (.startAnew, true, changed + ["schema"], [], false, true),
                    (.startAnew, false, [], changed + ["schema"], false, true),
                ]
        let fixture = try await SyncFixture(engine)
        let mode = StreamDescriptor(name: "mode")
        for (wish, able, refreshes, resets, forgets, run) in cases {
            let connection = try await fixture.connection(streams: Self.after.streams)
            try await fixture.database.write { session throws in
                let now = Instant(seconds: 1)
                try session.save(.stream([StreamState(descriptor: mode, state: [:])]), of: connection, at: now)
                let change = ConnectionChange(from: Self.before, to: Self.after)
                let starts = try change.apply(wish, to: connection, supportsRefreshes: able, in: session, at: now)
                #expect(starts == run)
                let pending = try session.pendingRefreshes(of: connection)
                #expect(pending.map(\.stream.name) == refreshes.sorted())
                #expect(pending.allSatisfy { $0.mode == .merge })
                #expect(try session.pendingResets(of: connection).map(\.name) == resets.sorted())
                #expect(try (session.state(of: connection) == .empty) == forgets)
            }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a state that a job under way would save again is forgotten by the next one`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection(streams: Self.after.streams)
        let live = try await fixture.orders.start(.sync, connection: connection)
        try await fixture.database.write { session throws in
            _ = try ConnectionChange(from: Self.before, to: Self.after).apply(
                .quiet, to: connection, supportsRefreshes: false, in: session, at: Instant(seconds: 1))
        }
        _ = try await fixture.orders.cancel(live.id)
        let next = try await fixture.orders.start(.sync, connection: connection)
        #expect(next.refreshes == [StreamRefresh(StreamDescriptor(name: "mode"), .merge)])
    }
}
