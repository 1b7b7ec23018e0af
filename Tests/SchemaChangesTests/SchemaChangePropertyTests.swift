import Airbyte
import JSON
import Model
import SchemaChanges
import Testing

/// What holds for any two catalogs; the seed is the argument, so that a failure names it.
@Suite("Properties of schema changes", .timeLimit(.minutes(3)))
struct SchemaChangePropertyTests {
    private static let seeds = UInt64(0)..<20

    private func cases(_ seed: UInt64, _ body: (inout MadeUpCatalogs, AirbyteCatalog, AirbyteCatalog) -> Void) {
        var made = MadeUpCatalogs(seed: seed)
        for _ in 0..<50 { body(&made, made.catalog(), made.catalog()) }
    }

    @Test(arguments: seeds) func `equal catalogs do not differ`(seed: UInt64) {
        cases(seed) { made, catalog, _ in
            let configured = made.configured(catalog)
            #expect(CatalogDiff(from: catalog, to: catalog, configured: configured).isEmpty)
        }
    }

    @Test(arguments: seeds) func `the order of streams and properties does not matter`(seed: UInt64) {
        cases(seed) { made, old, new in
            let configured = made.configured(old)
            let diff = CatalogDiff(from: old, to: new, configured: configured)
            let other = CatalogDiff(from: made.shuffled(old), to: made.shuffled(new), configured: configured)
            #expect(other == diff)
            #expect(CatalogDiff(from: old, to: made.shuffled(old), configured: configured).isEmpty)
        }
    }

    @Test(arguments: seeds) func `there and back, what was added is removed`(seed: UInt64) {
        cases(seed) { made, old, new in
            let configured = made.configured(old)
            func paths(_ diff: CatalogDiff, _ matches: (FieldTransform.Change) -> Bool) -> [[String]] {
                diff.transforms.flatMap { transform in
                    transform.fields.filter { matches($0.change) }.map { [transform.descriptor.name] + $0.path }
                }
            }
            let there = CatalogDiff(from: old, to: new, configured: configured)
            let back = CatalogDiff(from: new, to: old, configured: configured)
            let added = paths(there) { if case .added = $0 { true } else { false } }
            #expect(added == paths(back) { if case .removed = $0 { true } else { false } })
        }
    }

    /// The configured streams' own schemas are the old catalog of the next comparison, so what was not applied shows.
    @Test func `after full propagation nothing is left to change`() {
        var applied = 0
        for seed in Self.seeds {
            cases(seed) { made, old, new in
                let all = ConfiguredCatalog(streams: old.streams.map { $0.configured() })
                let diff = CatalogDiff(from: old, to: new, configured: all)
                let reaction = SchemaReaction(
                    to: diff, discovered: new, configured: all, preference: .propagateFully, backfill: true)
                guard case .configure(let catalog) = reaction.action else { return }
                applied += 1
                let now = AirbyteCatalog(streams: catalog.streams.map(\.stream))
                #expect(CatalogDiff(from: now, to: new, configured: catalog).isEmpty)
            }
        }
        #expect(applied > 500, "hardly any of the made-up catalogs were propagated")
    }

    /// Selected fields that came through a propagation are fields of the source, and no cursor or key is lost.
    @Test func `a propagated stream keeps its needed fields and names only fields that exist`() {
        var applied = 0
        for seed in Self.seeds {
            cases(seed) { made, old, new in
                let configured = made.configured(old)
                let diff = CatalogDiff(from: old, to: new, configured: configured)
                let selection = Set(configured.streams.map(\.descriptor))
                let reaction = SchemaReaction(
                    to: diff, discovered: new, configured: configured, preference: .propagateFully,
                    fieldSelection: selection)
                guard case .configure(let catalog) = reaction.action else { return }
                applied += 1
                for stream in catalog.streams where selection.contains(stream.descriptor) {
                    let offered = new.streams.first { $0.descriptor == stream.descriptor }
                    let names = stream.stream.jsonSchema["properties"]?.objectValue?.keys ?? []
                    for name in names {
                        let source = offered.flatMap { SchemaFields.field(at: [name], of: $0.jsonSchema) }
                        #expect(source == SchemaFields.field(at: [name], of: stream.stream.jsonSchema))
                    }
                    if stream.syncMode == .incremental, let cursor = stream.cursorField {
                        #expect(stream.stream.sourceDefinedCursor == true || names.contains(cursor[0]))
                    }
                }
            }
        }
        #expect(applied > 300, "hardly any of the made-up catalogs were propagated")
    }
}
