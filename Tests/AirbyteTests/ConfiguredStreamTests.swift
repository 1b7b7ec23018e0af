import Airbyte
import JSON
import TestKit
import Testing

@Suite("protocol.md 1.1: cursors and keys")
struct ConfiguredStreamTests {
    private func stream(defined: Bool?, default own: [String]?, chosen: [String]?) -> ConfiguredStream {
        ConfiguredStream(
            stream: AirbyteStream(name: "a", jsonSchema: [:], sourceDefinedCursor: defined, defaultCursorField: own),
            syncMode: .incremental, destinationSyncMode: .append, cursorField: chosen)
    }

    @Test(.proves("1.1-cursor"))
    func `a cursor that the source defines goes before a chosen one, its default behind it`() {
        #expect(stream(defined: true, default: ["at"], chosen: ["id"]).effectiveCursor == ["at"])
        #expect(stream(defined: false, default: ["at"], chosen: ["id"]).effectiveCursor == ["id"])
        #expect(stream(defined: nil, default: ["at"], chosen: []).effectiveCursor == ["at"])
        #expect(stream(defined: true, default: nil, chosen: ["id"]).effectiveCursor == ["id"])
        #expect(stream(defined: nil, default: nil, chosen: nil).effectiveCursor == nil)
    }

    @Test func `a chosen key goes before the one that the source defines`() {
        var stream = ConfiguredStream(
            stream: AirbyteStream(name: "a", jsonSchema: [:], sourceDefinedPrimaryKey: [["id"]]),
            syncMode: .incremental, destinationSyncMode: .appendDedup, primaryKey: [["a", "b"]])
        #expect(stream.effectivePrimaryKey == [["a", "b"]])
        stream.primaryKey = []
        #expect(stream.effectivePrimaryKey == [["id"]])
    }
}
