import Airbyte
import JSON
import Model
import SchemaChanges
import TestKit
import Testing

@Suite("The reaction to changes at a source", .timeLimit(.minutes(3)))
struct SchemaReactionTests {
    private static let grown: JSON = ["id": integer, "email": string, "updated_at": string, "name": string]
    private let old = AirbyteCatalog(streams: [users(), named("gone")])
    private let new = AirbyteCatalog(streams: [users(grown), named("fresh")])
    private let configured = ConfiguredCatalog(streams: [deduplicated(), named("gone").configured()])

    private func react(
        _ preference: Connection.NonBreakingChanges, from old: AirbyteCatalog? = nil, to new: AirbyteCatalog? = nil,
        configured: ConfiguredCatalog? = nil, selection: Set<StreamDescriptor> = [],
        modes: [DestinationSyncMode] = [], backfill: Bool = false
    ) -> SchemaReaction {
        let configured = configured ?? self.configured
        let new = new ?? self.new
        let diff = CatalogDiff(from: old ?? self.old, to: new, configured: configured)
        return SchemaReaction(
            to: diff, discovered: new, configured: configured, preference: preference, fieldSelection: selection,
            destinationModes: modes, backfill: backfill)
    }

    private func catalog(_ reaction: SchemaReaction) throws -> [ConfiguredStream] {
        guard case .configure(let catalog) = reaction.action else {
            Issue.record("the reaction configures nothing: \(reaction.action)")
            return []
        }
        return catalog.streams
    }

    @Test(arguments: Connection.NonBreakingChanges.allCases)
    func `5.4: no change only records the new catalog`(preference: Connection.NonBreakingChanges) {
        let reaction = react(preference, to: old, backfill: true)
        #expect(reaction.action == .none && reaction.acceptsCatalog)
        #expect(reaction.notice == nil && reaction.backfills.isEmpty)
    }

    @Test(.proves("5.4-breaking"), arguments: Connection.NonBreakingChanges.allCases)
    func `5.4: a breaking change deactivates, whatever is preferred`(preference: Connection.NonBreakingChanges) {
        let reaction = react(preference, to: AirbyteCatalog(streams: [users(["id": integer]), named("gone")]))
        #expect(reaction.action == .deactivate(.breakingChanges))
        #expect(!reaction.acceptsCatalog)
        #expect(reaction.notice == .actionRequired)
    }

    @Test(.proves("5.4-ignore")) func `5.4, 5.7: ignored changes wait for a person, who hears of them`() {
        let reaction = react(.ignore, backfill: true)
        #expect(reaction.action == .none && !reaction.acceptsCatalog && reaction.backfills.isEmpty)
        #expect(reaction.notice?.rawValue == "sendOnConnectionUpdateActionRequired")
    }

    @Test(.proves("5.4-disable")) func `5.4: any change deactivates where that is preferred`() {
        let reaction = react(.disable)
        #expect(reaction.action == .deactivate(.anyChange) && !reaction.acceptsCatalog)
        #expect(reaction.notice == .actionRequired)
    }

    @Test func `3.8: the reasons are Airbyte's words`() {
        #expect(SchemaReaction.Reason.breakingChanges.rawValue == "SCHEMA_CHANGES_ARE_BREAKING")
        #expect(SchemaReaction.Reason.anyChange.rawValue == "DISABLE_CONNECTION_IF_ANY_SCHEMA_CHANGES")
    }

    @Test(.proves("5.4-columns")) func `5.4: columns are propagated and streams are not`() throws {
        let reaction = react(.propagateColumns)
        #expect(try catalog(reaction) == [deduplicated(users(Self.grown)), named("gone").configured()])
        #expect(reaction.acceptsCatalog)
        // A configured stream is gone, and that is not for the platform to settle.
        #expect(reaction.notice == .actionRequired)
    }

    @Test(.proves("5.4-fully")) func `5.4, 5.7: full propagation adds and removes streams and tells of it`() throws {
        let reaction = react(.propagateFully)
        var fresh = named("fresh").configured()
        fresh.primaryKey = []
        #expect(try catalog(reaction) == [deduplicated(users(Self.grown)), fresh])
        #expect(reaction.acceptsCatalog)
        #expect(reaction.notice?.rawValue == "sendOnConnectionUpdate")
    }

    @Test func `new streams alone are accepted and not read where only columns are propagated`() {
        let reaction = react(.propagateColumns, to: AirbyteCatalog(streams: old.streams + [named("fresh")]))
        #expect(reaction.action == .none && reaction.acceptsCatalog && reaction.notice == nil)
    }

    @Test func `a source that shows nothing any more does not empty the connection`() {
        let reaction = react(.propagateFully, to: AirbyteCatalog(streams: []))
        #expect(reaction.action == .none && !reaction.acceptsCatalog)
        #expect(reaction.notice == .actionRequired)
    }

    @Test func `5.4: with field selection, new top-level fields join and the others stay out`() throws {
        let selected = deduplicated(users(["id": integer, "updated_at": string]))
        let reaction = react(
            .propagateFully, configured: ConfiguredCatalog(streams: [selected]), selection: [selected.descriptor])
        let schema = try #require(try catalog(reaction).first).stream.jsonSchema
        #expect(schema["properties"] == ["id": integer, "updated_at": string, "name": string])
    }

    @Test func `a field that is gone leaves the selection, the requirements and the unused cursor and key`() throws {
        var before = users()
        before.jsonSchema["required"] = ["id", "email"]
        var now = users(["id": integer, "updated_at": string])
        now.jsonSchema["required"] = ["id", "updated_at"]
        var selected = before.configured(cursor: ["email"], key: [["id"], ["email"]])
        selected.stream.jsonSchema = schema(["id": integer, "email": string])
        let reaction = react(
            .propagateColumns, from: AirbyteCatalog(streams: [before]), to: AirbyteCatalog(streams: [now]),
            configured: ConfiguredCatalog(streams: [selected]), selection: [before.descriptor])
        let result = try #require(try catalog(reaction).first)
        #expect(result.stream.jsonSchema["properties"] == ["id": integer])
        #expect(result.stream.jsonSchema["required"] == ["id"])
        #expect(result.cursorField == nil && result.primaryKey == nil)
    }

    @Test func `5.6: the key that the source has come to define overrides, one that it gives up stays`() throws {
        func key(_ now: [[String]]) throws -> [[String]]? {
            let before = users(key: [["id"]])
            let configured = before.configured(.incremental, .append, cursor: ["updated_at"], key: [["id"]])
            let reaction = react(
                .propagateColumns, from: AirbyteCatalog(streams: [before]),
                to: AirbyteCatalog(streams: [users(key: now)]), configured: ConfiguredCatalog(streams: [configured]))
            return try #require(try catalog(reaction).first).primaryKey
        }
        #expect(try key([["email"]]) == [["email"]])
        #expect(try key([]) == [["id"]])
    }

    @Test(
        arguments: [
            // fields now, mode, wanted, backfilled
            (Self.grown, SyncMode.incremental, true, true),
            (["id": string, "email": string, "updated_at": string], .incremental, true, true),
            (["id": integer, "updated_at": string], .incremental, true, false),
            (Self.grown, .fullRefresh, true, false),
            (Self.grown, .incremental, false, false),
        ] as [(JSON, SyncMode, Bool, Bool)])
    func `5.5: incremental streams that gain or change a field are backfilled where that is wanted`(
        fields: JSON, mode: SyncMode, isWanted: Bool, isBackfilled: Bool
    ) {
        let configured = users().configured(mode, .append, cursor: ["updated_at"])
        let reaction = react(
            .propagateColumns, from: AirbyteCatalog(streams: [users()]), to: AirbyteCatalog(streams: [users(fields)]),
            configured: ConfiguredCatalog(streams: [configured]), backfill: isWanted)
        #expect(reaction.backfills == (isBackfilled ? [configured.descriptor] : []))
    }

    @Test func `5.5: a change of a field that is not selected is no cause to read all again`() {
        let selected = deduplicated(users(["id": integer, "updated_at": string]))
        let reaction = react(
            .propagateColumns, to: AirbyteCatalog(streams: [users(userFields.with("email", integer))]),
            configured: ConfiguredCatalog(streams: [selected]), selection: [selected.descriptor], backfill: true)
        #expect(reaction.backfills.isEmpty)
    }

    @Test func `a reaction survives being recorded`() throws {
        let reaction = react(.propagateFully, backfill: true)
        #expect(try JSON.encode(reaction).decode(SchemaReaction.self) == reaction)
        let diff = CatalogDiff(from: old, to: new, configured: configured)
        #expect(try JSON.encode(diff).decode(CatalogDiff.self) == diff)
    }
}

extension JSON {
    fileprivate func with(_ name: String, _ value: JSON) -> JSON {
        var copy = self
        copy[name] = value
        return copy
    }
}
