import Airbyte
import ConnectorKit
import JSON
import Testing

/// What a platform may expect of every destination that keeps tables, with records and catalogs of a real source.
@Suite("Every destination", .timeLimit(.minutes(3)))
struct DestinationConformanceTests {
    typealias Kind = DestinationUnderTest.Kind

    /// What source-faker says with so many users, made up from a seed.
    private func faked(
        _ mode: DestinationSyncMode, seed: Int = 7, count: Int = 60, generation: Int64 = 1, minimum: Int64 = 0
    ) async throws -> (streams: [ConfiguredStream], lines: [String]) {
        let configuration: JSON = [
            "count": .integer(count), "seed": .integer(seed), "records_per_slice": 25, "always_updated": false,
        ]
        let discovered = try await ConnectorRun.run(["source-faker", "discover"], files: [("config", configuration)])
        let catalog: AirbyteCatalog = try #require(try discovered.messages.first?["catalog"]?.decode())
        let streams = catalog.streams.map {
            ConfiguredStream(
                stream: $0, syncMode: .incremental, destinationSyncMode: mode, generationID: generation,
                minimumGenerationID: minimum, syncID: 1)
        }
        let read = try await ConnectorRun.run(
            ["source-faker", "read"],
            files: [("config", configuration), ("catalog", JSON.encode(ConfiguredCatalog(streams: streams)))])
        return (streams, read.output)
    }

    private func counts(_ destination: DestinationUnderTest) async throws -> [String] {
        try await destination.rows(
            """
            SELECT (SELECT count(*) FROM products), (SELECT count(*) FROM users), (SELECT count(*) FROM purchases)
            """)
    }

    /// The rows without what every sync writes anew.
    private func rows(_ destination: DestinationUnderTest) async throws -> [String] {
        try await destination.rows("SELECT id, name, email, age, address, updated_at FROM users ORDER BY id")
    }

    @Test(arguments: Kind.allCases)
    func `every state comes back, in order and as it was, and nothing else`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let (streams, lines) = try await faked(.append)
        let run = try await destination.write(streams, lines)
        #expect(run.exitCode == 0, "\(run.failure ?? nil)")
        #expect(run.output == lines.filter { $0.contains(#""type":"STATE""#) })
        #expect(try await counts(destination) == ["60|60|60"])
    }

    @Test(arguments: Kind.allCases)
    func `appending the same again doubles it, deduplicating does not`(kind: Kind) async throws {
        for (mode, expected) in [(DestinationSyncMode.append, "120|120|120"), (.appendDedup, "60|60|60")] {
            let destination = try await DestinationUnderTest(kind)
            let (streams, lines) = try await faked(mode)
            for _ in 0..<2 { #expect(try await destination.write(streams, lines).exitCode == 0) }
            #expect(try await counts(destination) == [expected])
        }
    }

    @Test(arguments: Kind.allCases)
    func `a batch that was cut off and comes again whole leaves what one whole batch leaves`(kind: Kind) async throws {
        let (streams, lines) = try await faked(.appendDedup)
        let whole = try await DestinationUnderTest(kind)
        #expect(try await whole.write(streams, lines).exitCode == 0)
        let expected = try await rows(whole)
        #expect(expected.count == 60)
        for cut in [1, lines.count / 3, lines.count / 2, lines.count - 1] {
            let destination = try await DestinationUnderTest(kind)
            // A line cut in two ends the destination in the middle of a batch.
            let broken = try await destination.write(streams, lines.prefix(cut) + [String(lines[cut].prefix(20))])
            #expect(broken.exitCode == 1)
            #expect(try await destination.write(streams, lines).exitCode == 0)
            #expect(try await rows(destination) == expected)
        }
    }

    @Test(arguments: Kind.allCases)
    func `overwriting leaves only what is new`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        var seen: Set<String> = []
        for (generation, seed) in [(Int64(1), 7), (2, 8)] {
            let (streams, lines) = try await faked(
                .append, seed: seed, count: seed * 10, generation: generation, minimum: generation)
            #expect(try await destination.write(streams, lines).exitCode == 0)
            #expect(try await counts(destination) == ["\(seed * 10)|\(seed * 10)|\(seed * 10)"])
            let mails = try await destination.rows("SELECT email FROM users")
            #expect(seen.isDisjoint(with: mails))
            seen.formUnion(mails)
        }
        #expect(try await destination.tables() == ["products", "purchases", "users"])
    }

    @Test(arguments: Kind.allCases)
    func `a state is never echoed where its records could not be kept`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let (streams, lines) = try await faked(.append)
        let stranger = Messages.record("nobody knows", #"{"id":1}"#)
        let first = try #require(lines.firstIndex { $0.contains(#""type":"STATE""#) })
        let run = try await destination.write(streams, Array(lines.prefix(first)) + [stranger, lines[first]])
        #expect(run.exitCode == 1)
        #expect(run.states.isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `types of a schema become columns that take every record`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let (streams, lines) = try await faked(.append)
        _ = try await destination.write(streams, lines)
        for table in ["products", "users", "purchases"] {
            let changed = "SELECT count(*) FROM \(table) WHERE CAST(_airbyte_meta AS text) LIKE '%\"change\"%'"
            #expect(try await destination.rows(changed) == ["0"])
        }
    }
}
