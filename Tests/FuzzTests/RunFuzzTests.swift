import Airbyte
import JSON
import Posix
import Replication
import Synchronization
import TestKit
import Testing

extension Fuzz {
    /// Whole replications of a source whose output is broken, cut into pieces anywhere, with a destination that echoes,
    /// echoes late, or answers with lines as broken.
    struct RunFuzzTests {
        private static let cases = isLong ? 100_000 : 2000

        @Test(.proves("1.1-bytes", "2.1-back-pressure", "2.7-sweep"))
        func `no output of a connector hangs a replication or commits what was not sent`() async throws {
            let seed = SeededRandom.seed(from: "SWIFTLET_FUZZ_SEED")
            let coverage = try await Thread.value { try Self.run(seed) }
            print(coverage.report("replications (seed \(seed))"))
            for feature in ["completed", "failed", "committed something", "committed nothing"] {
                #expect(coverage.has(feature), "never reached: \(feature)")
            }
        }

        private static func run(_ seed: UInt64) throws -> Coverage {
            var random = SeededRandom(seed: seed)
            var coverage = Coverage()
            for index in 0..<cases {
                coverage.begin()
                try once(&random, &coverage, "seed \(seed), case \(index)")
            }
            return coverage
        }

        private static func once(
            _ random: inout SeededRandom, _ coverage: inout Coverage, _ name: String
        ) throws {
            var grammar = MessageGrammar(random: SeededRandom(seed: random.next()))
            var mutator = Mutator(random: SeededRandom(seed: random.next()))
            var lines = (0..<Int.random(in: 0...30, using: &random)).map { _ in tame(grammar.line()) }
            for index in lines.indices where Int.random(in: 0..<12, using: &random) == 0 {
                lines[index] = mutator.mutate(lines[index], with: lines.randomElement(using: &random) ?? [])
            }
            var bytes = Array(lines.joined(separator: [10]))
            if Bool.random(using: &random) { bytes.append(10) }
            let pieces = (0..<8).map { _ in Int.random(in: 1...4000, using: &random) }
            let source = try PipeConnector(
                writing: bytes, pieces: pieces, code: Int.random(in: 0..<8, using: &random) == 0 ? 1 : 0)
            let junk = Int.random(in: 0..<6, using: &random) == 0 ? mutator.mutate(grammar.line(), with: []) : []
            let destination = try PipeConnector(
                answering: { line in
                    guard line.starts(with: Array(#"{"type":"STATE""#.utf8)) else { return [] }
                    return (junk.isEmpty ? [] : junk + [10]) + line + [10]
                }, code: 0)
            let committed = Mutex(ConnectionState.empty)
            var limits = ReplicationLimits()
            limits.lineBytes = 1 << 20
            limits.graceSeconds = 5
            limits.reportMilliseconds = 10
            let summary = ReplicationRun(plan(limits), isCancelled: { false }) { event in
                if case .state(let state, _) = event { committed.withLock { $0 = $0.merging(state) } }
            }.run { role, _ in role == .source ? source : destination }
            coverage.reach(summary.status.rawValue)
            for failure in summary.failures { coverage.reach("\(failure.origin.rawValue) \(failure.kind.rawValue)") }
            let totals = summary.stats.totals
            try #require(totals.recordsCommitted + totals.recordsRejected <= totals.recordsEmitted, "\(name)")
            try #require(!summary.stats.streams.contains { $0.status == .running }, "\(name)")
            let state = committed.withLock { $0 }
            coverage.reach(state == .empty ? "committed nothing" : "committed something")
            // Every committed state is one that the source wrote.
            let written = String(decoding: bytes, as: UTF8.self)
            if case .stream(let states) = state, junk.isEmpty {
                for value in states.compactMap(\.state) {
                    let isWritten =
                        written.contains(value.text) || lines.contains { Self.holds($0, value) }
                        || value == [:]
                    try #require(isWritten, "\(name): \(value.text) was never sent")
                }
            }
        }

        /// Most lines get a stream that is in the catalog, or no run would come far.
        private static func tame(_ line: [UInt8]) -> [UInt8] { line.last == 13 ? Array(line.dropLast()) : line }

        private static func holds(_ line: [UInt8], _ value: JSON) -> Bool {
            (try? JSON.parse(line))?["state"]?["stream"]?["stream_state"] == value
        }

        private static func plan(_ limits: ReplicationLimits) -> ReplicationPlan {
            let streams = ["users", "orders", "naïve \"quoted\""].map { name in
                ConfiguredStream(
                    stream: AirbyteStream(name: name, jsonSchema: [:]), syncMode: .incremental,
                    destinationSyncMode: .append, generationID: 1, minimumGenerationID: 0, syncID: 1)
            }
            return ReplicationPlan(
                jobID: 1, attemptNumber: 0, source: .connector(image: "exec:a", config: [:], state: .empty),
                destination: .init(image: "exec:b", config: [:], supportsRefreshes: true),
                catalog: ConfiguredCatalog(streams: streams), limits: limits)
        }
    }
}
