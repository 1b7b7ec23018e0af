import JSON
import Posix
import TestKit
import Testing

extension Chaos {
    /// From one Postgres to another, in every mode, while all that takes part is killed and the source is written to.
    struct PairTests {
        private static let rounds = isLong ? 8 : 1

        @Test(arguments: PairMode.allCases)
        func `whatever is killed while the source is written to, a quiet sync leaves its rows`(mode: PairMode)
            async throws
        {
            let seed = SeededRandom.seed(from: "SWIFTLET_CHAOS_SEED")
            print("Chaos: SWIFTLET_CHAOS_SEED=\(seed), \(mode)")
            let pair = try await PairBench(mode)
            let writer = PairWriter(mode)
            let source = pair.source
            async let writing = Thread.value { try writer.run(source, seed: seed) }
            async let syncing = pair.keepSyncing()
            // Before what they stop is awaited.
            defer {
                writer.stop()
                pair.calmDown()
            }
            var random = SeededRandom(seed: seed &+ 1)
            for _ in 0..<Self.rounds {
                for victim in PairBench.Victim.allCases.shuffled(using: &random) {
                    try await pair.kill(victim, &random)
                }
            }
            writer.stop()
            #expect(try await writing == [])
            pair.calmDown()
            let jobs = try await syncing
            let broken = jobs.reduce(0) { $0 + $1.attempts.count - 1 }
            #expect(broken > 0, "seed \(seed): nothing that was killed was missed")
            let last = try await pair.sync()
            #expect(last.status == "succeeded" && last.attempts.count == 1, "seed \(seed): \(last.json)")
            for table in PairTable.allCases {
                if mode == .append {
                    try await expectAppended(table, pair, jobs, last: last, seed)
                } else {
                    try await expectSame(table.rows(in: pair.source), table.rows(in: pair.warehouse), table, pair, seed)
                }
            }
            await pair.stop()
        }

        /// Each sync that succeeded has brought every row once, but for those that were written to while it ran: what an
        /// attempt that was killed had brought behind the saved state is taken back.
        private func expectAppended(
            _ table: PairTable, _ pair: PairBench, _ jobs: [EndedJob], last: EndedJob, _ seed: UInt64
        ) async throws {
            func ofJob(_ job: EndedJob) -> String {
                "_airbyte_meta ->> 'sync_id' = '\(job.json["job"]?["id"]?.text ?? "")'"
            }
            try await expectSame(
                table.rows(in: pair.source), table.rows(in: pair.warehouse, where: ofJob(last)), table, pair, seed)
            let sums = "SELECT DISTINCT \(PairTable.sum()) AS value FROM \(table)"
            let made = Set(try await PairTable.values(sums, in: pair.warehouse))
                .subtracting(try await PairTable.values("SELECT sum AS value FROM kept.seen", in: pair.source))
            #expect(made.isEmpty, "seed \(seed): \(made.count) rows of \(table) never were in the source")
            guard table == .things else { return }
            let untouched = "id BETWEEN \(PairTable.untouched.lowerBound) AND \(PairTable.untouched.upperBound)"
            for job in jobs where job.status == "succeeded" {
                let counts = """
                    SELECT count(*) || ' ' || min(n) || ' ' || max(n) AS value FROM (
                        SELECT count(*) AS n FROM \(table) WHERE \(untouched) AND \(ofJob(job)) GROUP BY id) AS counted
                    """
                let found = try await PairTable.values(counts, in: pair.warehouse).first?.split(separator: " ")
                    .compactMap { Int($0) }
                #expect(found == [PairTable.untouched.count, 1, 1], "seed \(seed): \(job.json)")
            }
        }

        private func expectSame(
            _ wanted: [String], _ found: [String], _ table: PairTable, _ pair: PairBench, _ seed: UInt64,
            location: SourceLocation = #_sourceLocation
        ) async throws {
            #expect(wanted.count > table.rows / 2, sourceLocation: location)
            guard wanted != found else { return }
            let missing = Set(wanted).subtracting(found)
            let extra = Set(found).subtracting(wanted)
            let ids = missing.union(extra).sorted().prefix(6).compactMap {
                $0.split(separator: " ").first.map(String.init)
            }
            let story = try await pair.story(of: Array(Set(ids)).sorted(), in: table)
            Issue.record(
                """
                seed \(seed): of \(wanted.count) rows of \(table) \(missing.count) are missing, \(found.count) are there, \
                \(extra.count) of them are not the source's
                \(story)
                """, sourceLocation: location)
        }
    }
}
