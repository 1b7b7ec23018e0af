import Airbyte
import JSON
import SchemaChanges
import TestKit
import Testing

@Suite("The difference of two catalogs", .timeLimit(.minutes(3)))
struct CatalogDiffTests {
    private func diff(
        _ old: AirbyteStream, _ new: AirbyteStream, _ configured: ConfiguredStream? = nil,
        within bounds: SchemaFields.Bounds = SchemaFields.Bounds()
    ) -> CatalogDiff {
        CatalogDiff(
            from: AirbyteCatalog(streams: [old]), to: AirbyteCatalog(streams: [new]),
            configured: ConfiguredCatalog(streams: [configured ?? old.configured()]), within: bounds)
    }

    private func paths(_ diff: CatalogDiff) -> [[String]] { diff.transforms.flatMap { $0.fields.map(\.path) } }

    @Test func `5.2: streams come and go, in the order of their names`() {
        let diff = CatalogDiff(
            from: AirbyteCatalog(streams: [named("c"), named("a")]),
            to: AirbyteCatalog(streams: [named("d"), named("a"), named("b")]),
            configured: ConfiguredCatalog(streams: []))
        #expect(
            diff.json == [
                "transforms": [
                    ["transformType": "add_stream", "streamDescriptor": ["name": "b"]],
                    ["transformType": "remove_stream", "streamDescriptor": ["name": "c"]],
                    ["transformType": "add_stream", "streamDescriptor": ["name": "d"]],
                ]
            ])
        #expect(!diff.isBreaking)
    }

    @Test func `5.2: a stream of the same name in another namespace is another stream`() {
        var moved = users()
        moved.namespace = "public"
        #expect(diff(users(), moved).transforms.map(\.change) == [.removed, .added])
    }

    @Test(.proves("5.2-diff")) func `5.2: fields are added, removed and updated, written as Airbyte's API writes them`()
    {
        let diff = diff(users(), users(["id": string, "updated_at": string, "name": string]))
        #expect(
            diff.json["transforms"]?[0]?["updateStream"]?["fieldTransforms"] == [
                [
                    "transformType": "remove_field", "fieldName": ["email"], "breaking": false,
                    "removeField": ["schema": string],
                ],
                [
                    "transformType": "update_field_schema", "fieldName": ["id"], "breaking": false,
                    "updateFieldSchema": ["oldSchema": integer, "newSchema": string],
                ],
                [
                    "transformType": "add_field", "fieldName": ["name"], "breaking": false,
                    "addField": ["schema": string],
                ],
            ])
    }

    @Test func `5.2: fields are compared only of streams that are configured`() {
        let diff = CatalogDiff(
            from: AirbyteCatalog(streams: [users()]), to: AirbyteCatalog(streams: [users(["id": integer])]),
            configured: ConfiguredCatalog(streams: [named("other").configured()]))
        #expect(diff.isEmpty)
    }

    @Test func `5.2: the walk goes through properties and items, depth first, and names the parents too`() {
        let old = schema(["tags": ["type": "array", "items": schema(["key": string])]])
        let new = schema(["tags": ["type": "array", "items": schema(["word": string])]])
        let diff = diff(users(["a": old]), users(["a": new]))
        #expect(
            paths(diff) == [
                ["a"], ["a", "tags"], ["a", "tags", "items"], ["a", "tags", "items", "key"],
                ["a", "tags", "items", "word"],
            ])
    }

    @Test func `5.2: the children of oneOf are not compared, the field itself is`() {
        let old: JSON = ["oneOf": [schema(["x": string]), string]]
        let new: JSON = ["oneOf": [schema(["y": string]), string]]
        #expect(paths(diff(users(["a": old]), users(["a": new]))) == [["a"]])
    }

    @Test func `5.2: a path that two nodes share is marked as duplicated`() throws {
        let old: JSON = ["properties": ["items": string], "items": string]
        let diff = diff(users(["a": old]), users([:]))
        let field = try #require(diff.transforms.first?.fields.last)
        #expect(field.path == ["a", "items"])
        #expect(field.change == .removed(schema: "DUPLICATED_SCHEMA"))
        #expect(SchemaFields.duplicated == "DUPLICATED_SCHEMA")
    }

    @Test(arguments: [
        ("updated_at", SyncMode.incremental, DestinationSyncMode.append, true),
        ("updated_at", .fullRefresh, .overwrite, false),
        ("id", .incremental, .appendDedup, true),
        ("id", .fullRefresh, .overwriteDedup, true),
        ("id", .incremental, .append, false),
        ("email", .incremental, .appendDedup, false),
    ])
    func `5.3: removing a field breaks where it is a cursor or part of a key in use`(
        field: String, mode: SyncMode, destination: DestinationSyncMode, isBreaking: Bool
    ) {
        var left = userFields
        left[field] = nil
        let configured = users().configured(mode, destination, cursor: ["updated_at"], key: [["id"]])
        let diff = diff(users(), users(left), configured)
        #expect(paths(diff) == [[field]])
        #expect(diff.isBreaking == isBreaking)
        #expect(diff.transforms[0].fields[0].isBreaking == isBreaking)
    }

    @Test(.proves("5.3-breaking")) func `5.3: a nested cursor breaks with its parent, another type of it does not`() {
        let nested: JSON = ["meta": schema(["at": string])]
        let configured = users(nested).configured(.incremental, .append, cursor: ["meta", "at"])
        #expect(diff(users(nested), users([:]), configured).isBreaking)
        #expect(!diff(users(nested), users(["meta": schema(["at": integer])]), configured).isBreaking)
    }

    @Test func `5.3: the configured cursor is needed where the source stops defining its own`() {
        let old = users(cursor: ["updated_at"])
        let configured = old.configured(.incremental, .append, cursor: ["email"])
        let left: JSON = ["id": integer, "updated_at": string]
        #expect(diff(old, users(left), configured).isBreaking)
        #expect(!diff(old, users(left, cursor: ["updated_at"]), configured).isBreaking)
    }

    @Test(arguments: [
        // old and new key of the source, configured key, mode, breaking
        ([["id"]], [["email"]], [["id"]], DestinationSyncMode.appendDedup, true),
        ([["id"]], [["email"]], [["id"]], .overwriteDedup, true),
        ([["id"]], [["email"]], [["id"]], .append, false),
        ([["id"]], [["email"]], [["email"]], .appendDedup, false),
        ([["id"]], [], [["id"]], .appendDedup, false),
        ([], [["id"]], [["email"]], .appendDedup, true),
        ([["id"]], [["email"]], [], .appendDedup, true),
    ])
    func `5.3: another key of the source breaks where the configured one differs and is used`(
        old: [[String]], new: [[String]], own: [[String]], mode: DestinationSyncMode, isBreaking: Bool
    ) {
        let stream = users(key: old)
        let diff = diff(stream, users(key: new), stream.configured(.incremental, mode, cursor: ["id"], key: own))
        let expected = StreamAttributeTransform(change: .primaryKey(old: old, new: new), isBreaking: isBreaking)
        #expect(diff.transforms.map(\.change) == [.updated(fields: [], attributes: [expected])])
        #expect(diff.isBreaking == isBreaking)
    }

    @Test func `5.2: the same key in another order is no change, nor is a key that is null instead of empty`() {
        #expect(diff(users(key: [["a"], ["b"]]), users(key: [["b"], ["a"]])).isEmpty)
        #expect(diff(users(key: nil), users(key: [])).isEmpty)
    }

    @Test func `what is no field and no key is no change`() {
        #expect(diff(users(), users(cursor: ["id"], modes: [.fullRefresh])).isEmpty)
    }
}
