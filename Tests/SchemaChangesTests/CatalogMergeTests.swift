import Airbyte
import JSON
import SchemaChanges
import TestKit
import Testing

@Suite("The discovered catalog merged into the configured one", .timeLimit(.minutes(3)))
struct CatalogMergeTests {
    private func merged(
        _ streams: [AirbyteStream], _ configured: [ConfiguredStream], selection: Set<StreamDescriptor> = []
    ) -> [CatalogMerge.Entry] {
        CatalogMerge(
            of: AirbyteCatalog(streams: streams), into: ConfiguredCatalog(streams: configured),
            fieldSelection: selection
        ).entries
    }

    @Test(.proves("5.6-merge"))
    func `5.6: what is configured stays selected, new streams are not, vanished ones are gone`() {
        let entries = merged(
            [named("fresh"), users(["id": integer, "updated_at": string])],
            [named("gone").configured(), deduplicated()])
        #expect(entries.map(\.stream.descriptor.name) == ["fresh", "users"])
        #expect(entries.map(\.isSelected) == [false, true])
        #expect(entries.allSatisfy { $0.selectedFields == nil })
        #expect(entries[1].stream == deduplicated(users(["id": integer, "updated_at": string])))
    }

    @Test func `5.6: the key that the source defines overrides, else the configured one stays`() {
        #expect(merged([users(key: [["email"]])], [deduplicated()])[0].stream.primaryKey == [["email"]])
        #expect(merged([users(key: [])], [deduplicated()])[0].stream.primaryKey == [["id"]])
    }

    @Test func `5.6: the configured cursor stays, even one that is gone, but for a cursor of the source`() {
        #expect(merged([users(["id": integer])], [deduplicated()])[0].stream.cursorField == ["updated_at"])
        #expect(merged([users(cursor: ["id"])], [deduplicated()])[0].stream.cursorField == ["id"])
        var proposed = users()
        proposed.defaultCursorField = ["email"]
        #expect(merged([proposed], [users().configured()])[0].stream.cursorField == ["email"])
        #expect(merged([proposed], [deduplicated()])[0].stream.cursorField == ["updated_at"])
    }

    @Test func `5.6: the whole schema is shown, with the selected fields that are still there`() {
        let selected = deduplicated(users(["id": integer, "updated_at": string, "lost": string]))
        let entries = merged([users()], [selected], selection: [selected.descriptor])
        #expect(entries[0].stream.stream == users())
        #expect(entries[0].selectedFields == ["id", "updated_at"])
    }

    @Test func `a new stream that no modes fit is shown all the same`() {
        let entries = merged([users(modes: [.incremental])], [])
        #expect(entries.count == 1 && !entries[0].isSelected)
    }
}
