import Airbyte
import JSON
import Model
import SchemaChanges
import Testing

@Suite("The modes of added streams", .timeLimit(.minutes(3)))
struct AddedStreamTests {
    private static let both: [SyncMode] = [.fullRefresh, .incremental]

    @Test(
        arguments: [
            // key, cursor of the source, its modes, the destination's modes, expected
            ([["id"]], ["at"], both, [], "incremental append_dedup"),
            ([], ["at"], both, [], "full_refresh overwrite"),
            ([], ["at"], [.incremental], [], "incremental append"),
            ([["id"]], nil, both, [], "full_refresh overwrite"),
            ([], nil, [.fullRefresh], [], "full_refresh overwrite"),
            ([["id"]], ["at"], both, [.append, .overwrite], "full_refresh overwrite"),
            ([["id"]], ["at"], [.incremental, .fullRefresh], [.append], "incremental append"),
            ([["id"]], ["at"], [.incremental], [.overwrite, .append], "incremental overwrite"),
            ([], ["at"], [.incremental], [.appendDedup, .append], "incremental append"),
            ([["id"]], ["at"], [], [], "full_refresh overwrite"),
            ([], nil, [.incremental], [], "none"),
            ([], nil, [.fullRefresh], [.appendDedup], "none"),
        ] as [([[String]], [String]?, [SyncMode], [DestinationSyncMode], String)])
    func `5.4: an added stream begins with the modes that it, its source and its destination allow`(
        key: [[String]], cursor: [String]?, reads: [SyncMode], writes: [DestinationSyncMode], expected: String
    ) {
        let stream = users(key: key, cursor: cursor, modes: reads)
        let added = ConfiguredStream(adding: stream, destination: writes)
        let modes = added.map { "\($0.syncMode.rawValue) \($0.destinationSyncMode.rawValue)" } ?? "none"
        #expect(modes == expected)
    }

    @Test func `an added stream that no modes fit is left out and named`() {
        let fresh = users(modes: [.incremental])
        let old = AirbyteCatalog(streams: [named("a")])
        let new = AirbyteCatalog(streams: [named("a"), fresh])
        let configured = ConfiguredCatalog(streams: [named("a").configured()])
        let reaction = SchemaReaction(
            to: CatalogDiff(from: old, to: new, configured: configured), discovered: new, configured: configured,
            preference: .propagateFully)
        #expect(reaction.action == .none && reaction.acceptsCatalog)
        #expect(reaction.unusable == [fresh.descriptor])
        #expect(reaction.notice == .actionRequired)
    }
}
