import ConnectorKit
import JSON
import Testing

@Suite("Types", .timeLimit(.minutes(5)))
struct TypesTests {
    @Test(arguments: TypeRoundTrip.Source.allCases)
    func `every value of every type comes through to both destinations`(source: TypeRoundTrip.Source) async throws {
        let trip = try await TypeRoundTrip.run(source)
        for (type, outcome) in zip(source.cases, trip.outcomes) {
            let expected = try type.values.map { try JSON.parse($0.json) } + [.null]
            #expect(outcome.records == expected, "\(type.type)")
            for kind in DestinationUnderTest.Kind.allCases {
                let values = outcome.values[kind] ?? []
                let wanted = type.values.map { kind == .postgres ? $0.postgres : $0.sqlite } + ["-"]
                let holdsJSON = ColumnType(schema: outcome.schema) == .json
                #expect(
                    values.map { shown($0, holdsJSON) } == wanted.map { shown($0, holdsJSON) }, "\(type.type), \(kind)")
                #expect(outcome.changes[kind] == 0, "\(type.type), \(kind)")
            }
        }
    }

    /// JSON is compared as JSON: each database has a way of its own to write it.
    private func shown(_ value: String, _ isJSON: Bool) -> JSON {
        isJSON ? (try? JSON.parse(value)) ?? .string(value) : .string(value)
    }

    /// SWIFTLET_WRITE_TYPES=1 writes the page anew.
    @Test func `the page on types says what the connectors do`() async throws {
        let page = try await page()
        let kept = try Checkout.kept("docs/types.md", now: page, rewriteFor: "SWIFTLET_WRITE_TYPES")
        #expect(kept == page)
    }

    /// The first value that shows something.
    private func example(_ records: [JSON]) -> String {
        let text = records.first { $0 != "" }?.text ?? ""
        return text.count > 60 ? "\(text.prefix(57))…" : text
    }

    private func page() async throws -> String {
        var text = """
            # Types
            What a source's types become: in the JSON schema of a stream, in a record, and in the tables of the destinations. A test
            writes this page from what the connectors do with the values below, and sends each of them, with those at the edges of
            its type, through to both destinations; `SWIFTLET_WRITE_TYPES=1 swift test --filter TypesTests` writes it anew.

            A value that a column cannot hold becomes NULL there, with an entry in the row's `_airbyte_meta`; it is never left out
            without a word. destination-sqlite declares no type for numbers, so that long decimals keep their digits, and keeps
            dates and times as texts of one width.

            """
        for source in TypeRoundTrip.Source.allCases {
            text += "\n## source-\(source.rawValue)\n"
            if source == .sqlite {
                text += """
                    By what is declared, where the first values agree; see [source-sqlite](connectors/source-sqlite.md).

                    """
            }
            text += """

                | \(source.title) | JSON schema | For example | Postgres | SQLite |
                |---|---|---|---|---|

                """
            let trip = try await TypeRoundTrip.run(source)
            for (type, outcome) in zip(source.cases, trip.outcomes) {
                let cells = [
                    type.type.isEmpty ? "none" : "`\(type.type)`", "`\(outcome.schema.text)`",
                    "`\(example(outcome.records))`", outcome.columns[.postgres].map { "`\($0)`" } ?? "",
                    outcome.columns[.sqlite].map { $0.isEmpty ? "none" : "`\($0)`" } ?? "",
                ]
                text += "| " + cells.joined(separator: " | ") + " |\n"
            }
        }
        return text
    }
}
