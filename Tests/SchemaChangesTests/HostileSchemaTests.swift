import Airbyte
import JSON
import SchemaChanges
import Testing

@Suite("Hostile schemas", .timeLimit(.minutes(3)))
struct HostileSchemaTests {
    private func diff(
        _ old: AirbyteStream, _ new: AirbyteStream, _ configured: ConfiguredStream, within bounds: SchemaFields.Bounds
    ) -> CatalogDiff {
        CatalogDiff(
            from: AirbyteCatalog(streams: [old]), to: AirbyteCatalog(streams: [new]),
            configured: ConfiguredCatalog(streams: [configured]), within: bounds)
    }

    @Test func `a change below the deepest level shows in the field above it`() {
        func nested(_ leaf: JSON) -> AirbyteStream {
            users(["f": (0..<200).reduce(leaf) { inner, _ in schema(["f": inner]) }])
        }
        let bounds = SchemaFields.Bounds(depth: 5)
        let diff = diff(nested(string), nested(integer), nested(string).configured(), within: bounds)
        #expect(diff.transforms[0].fields.map(\.path.count) == [1, 2, 3, 4, 5])
    }

    @Test func `a schema with too many fields is compared at its top level, on both sides`() {
        func wide(_ count: Int) -> AirbyteStream {
            let inner = JSONObject((0..<count).map { ("f\($0)", string) })
            return users(["a": schema(.object(inner)), "b": string])
        }
        let bounds = SchemaFields.Bounds(fields: 50)
        let diff = diff(wide(10), wide(100), wide(10).configured(), within: bounds)
        #expect(diff.transforms[0].fields.map(\.path) == [["a"]])
    }

    @Test func `no bound hides that a cursor is gone`() {
        let old = users(["a": schema(["b": schema(["at": string])])])
        let new = users(["a": schema(["b": schema([:])])])
        let configured = old.configured(.incremental, .append, cursor: ["a", "b", "at"])
        for bounds in [SchemaFields.Bounds(depth: 1), SchemaFields.Bounds(fields: 1), SchemaFields.Bounds()] {
            #expect(diff(old, new, configured, within: bounds).isBreaking)
            #expect(!diff(old, old, configured, within: bounds).isBreaking)
        }
    }

    @Test(
        arguments: [
            .null, 7, "schema", [], ["properties": []], ["properties": ["a": nil]], ["properties": ["a": ["items": 3]]],
            ["items": ["properties": 1]], ["properties": ["a": ["items": [1, [], [:]]]]],
        ] as [JSON])
    func `what is no schema has no fields or odd ones, and is compared all the same`(odd: JSON) {
        var stream = users()
        stream.jsonSchema = odd
        let bounds = SchemaFields.Bounds()
        #expect(diff(stream, stream, stream.configured(), within: bounds).isEmpty)
        #expect(!diff(users(), stream, deduplicated(), within: bounds).isEmpty)
        #expect(diff(users(), stream, deduplicated(), within: bounds).isBreaking)
    }

    @Test func `a stream that a source names twice counts once`() {
        let twice = AirbyteCatalog(streams: [users(), users([:])])
        let once = AirbyteCatalog(streams: [users()])
        let configured = ConfiguredCatalog(streams: [deduplicated()])
        #expect(CatalogDiff(from: twice, to: once, configured: configured).isEmpty)
        #expect(CatalogDiff(from: AirbyteCatalog(streams: []), to: twice, configured: configured).transforms.count == 1)
        #expect(CatalogMerge(of: twice, into: configured).entries.count == 1)
    }
}
