import Airbyte
import JSON
import Replication
import TestKit
import Testing

extension Fuzz {
    /// Lines through scanner, parser and tracker.
    struct LineFuzzTests {
        private static let cases = isLong ? 1_500_000 : 40_000

        @Test(.proves("1.1-bytes", "1.1-lines", "1.14-garbage"))
        func `no line breaks the scanner, the parser or the tracker, and what parses is not taken for garbage`() throws
        {
            let seed = SeededRandom.seed(from: "SWIFTLET_FUZZ_SEED")
            var grammar = MessageGrammar(random: SeededRandom(seed: seed))
            var mutator = Mutator(random: SeededRandom(seed: seed &+ 1))
            var random = SeededRandom(seed: seed &+ 2)
            var coverage = Coverage()
            // Lines that reached something for the first time are worth breaking further.
            var corpus: [[UInt8]] = []
            var scanner = EnvelopeScanner()
            var tracker = try Self.tracker()
            for index in 0..<Self.cases {
                if index % 500 == 0 { tracker = try Self.tracker() }
                var line = grammar.line()
                if Int.random(in: 0..<3, using: &random) > 0 {
                    let base = corpus.randomElement(using: &random) ?? line
                    line = mutator.mutate(Bool.random(using: &random) ? line : base, with: base)
                }
                coverage.begin()
                let isNew = Self.feed(line, &scanner, &tracker, &coverage)
                if isNew { corpus.append(line) }
                try Self.check(tracker, seed: seed, index: index)
            }
            print(coverage.report("lines (seed \(seed))"))
            for feature in [
                "record", "malformedRecord", "garbage", "other", "state stream forward", "state stream unknownStream",
                "state global forward", "state legacy forward", "state global mixed", "log", "trace error",
                "trace streamStatus", "trace estimate", "control", "echo committed", "echo refused",
            ] { #expect(coverage.has(feature), "never reached: \(feature)") }
        }

        private static func tracker() throws -> StateTracker {
            let streams = ["users", "orders", "naïve \"quoted\""].map { name in
                ConfiguredStream(
                    stream: AirbyteStream(name: name, jsonSchema: [:]), syncMode: .incremental,
                    destinationSyncMode: .append)
            }
            return StateTracker(try StreamTable(ConfiguredCatalog(streams: streams), NamespaceMapping()))
        }

        /// Whether something was reached for the first time.
        private static func feed(
            _ line: [UInt8], _ scanner: inout EnvelopeScanner, _ tracker: inout StateTracker,
            _ coverage: inout Coverage
        ) -> Bool {
            line.withUnsafeBufferPointer { bytes in
                let envelope = scanner.scan(bytes)
                for range in [envelope.stream, envelope.namespace, envelope.data, envelope.emittedAt] {
                    if let range { #expect(range.lowerBound >= 0 && range.upperBound <= bytes.count) }
                }
                if case .object = try? JSON.parse(bytes) { #expect(envelope.kind != .garbage || !hasType(bytes)) }
                var isNew = coverage.reach("\(envelope.kind)")
                switch Message.read(envelope.kind, bytes) {
                case .state(var state):
                    let form = "\(state.kind)".prefix { $0 != "(" }
                    isNew = coverage.reach("state \(form) \(tracker.sourceState(&state))") || isNew
                    // What went out comes back, as it is or as the fuzzer wrote it.
                    let isCommitted = tracker.destinationState(state) != nil
                    isNew = coverage.reach(isCommitted ? "echo committed" : "echo refused") || isNew
                    #expect(StateMessage(json: state.message["state"] ?? .null) == state)
                case .trace(.streamStatus(let status)):
                    tracker.status(status)
                    isNew = coverage.reach("trace streamStatus") || isNew
                case .trace(let trace):
                    isNew = coverage.reach("trace \("\(trace)".prefix { $0 != "(" })") || isNew
                case .none: break
                case .some(let message): isNew = coverage.reach("read \("\(message)".prefix { $0 != "(" })") || isNew
                }
                if envelope.kind == .record { tracker.count(stream: 0, records: 1, bytes: envelope.data?.count ?? 0) }
                return isNew
            }
        }

        private static func hasType(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            (try? JSON.parse(bytes))?["type"]?.stringValue != nil
        }

        private static func check(_ tracker: StateTracker, seed: UInt64, index: Int) throws {
            let totals = tracker.stats.totals
            try #require(
                totals.recordsCommitted >= 0 && totals.recordsRejected >= 0
                    && totals.recordsCommitted + totals.recordsRejected <= totals.recordsEmitted,
                "seed \(seed), case \(index): \(totals)")
        }
    }
}
