import API
import Airbyte
import JSON
import SchemaChanges
import Testing

struct ProposalTests {
    private func propose(cursor: Bool, key: Bool, modes: [SyncMode]) -> ConfiguredStream {
        ConfiguredStream(
            proposing: AirbyteStream(
                name: "s", jsonSchema: [:], supportedSyncModes: modes, sourceDefinedCursor: cursor,
                defaultCursorField: ["at"], sourceDefinedPrimaryKey: key ? [["id"]] : nil))
    }

    @Test func `a stream is proposed incremental only where the source itself defines how`() {
        let both = propose(cursor: true, key: true, modes: [.fullRefresh, .incremental])
        #expect(both.syncMode == .incremental && both.destinationSyncMode == .appendDedup)
        #expect(both.primaryKey == [["id"]] && both.cursorField == ["at"])
        let cursor = propose(cursor: true, key: false, modes: [.fullRefresh, .incremental])
        #expect(cursor.syncMode == .fullRefresh && cursor.destinationSyncMode == .overwrite)
        let only = propose(cursor: true, key: false, modes: [.incremental])
        #expect(only.syncMode == .incremental && only.destinationSyncMode == .append)
        let neither = propose(cursor: false, key: true, modes: [.fullRefresh, .incremental])
        #expect(neither.syncMode == .fullRefresh && neither.destinationSyncMode == .overwrite)
    }

    @Test func `every proposal is accepted when it comes back`() throws {
        for modes in [[SyncMode.fullRefresh], [.incremental], [.fullRefresh, .incremental]] {
            for (cursor, key) in [(true, true), (true, false)] {
                let proposed = propose(cursor: cursor, key: key, modes: modes)
                guard modes.contains(proposed.syncMode) else {
                    Issue.record("\(modes) does not offer \(proposed.syncMode)")
                    continue
                }
                let catalog: JSON = ["streams": [proposed.wire]]
                let read = try SyncCatalog.read(catalog, at: "syncCatalog").catalog
                try read.validate(supported: ["append", "overwrite", "append_dedup"])
                #expect(read.wire == catalog)
            }
        }
    }
}
