import Airbyte
import Model
import SQL
import Store
import TestKit
import Testing
import Time

@Suite("A job's statuses", .timeLimit(.minutes(2)))
struct JobStatusTests {
    private let now = Instant(seconds: 1_800_000_000)

    @Test func `what has ended becomes nothing else, and what has not can always end`() {
        for status in Job.Status.allCases {
            #expect(status.successors.isEmpty == status.isTerminal)
            if !status.isTerminal { #expect(status.successors.isSuperset(of: [.failed, .cancelled])) }
        }
        #expect(!Job.Status.pending.successors.contains(.succeeded))
        #expect(Job.Status.pending.predecessors == [.incomplete])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the store lets a job take only the steps of the table, whatever is asked of it`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await StoreFixture(engine)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<40 {
            let steps = (0..<12).map { _ in Job.Status.allCases.randomElement(using: &random) ?? .failed }
            try await fixture.database.write { session throws in
                let id = try session.insertJob(
                    .sync, connection: fixture.connection.id, streams: [], isScheduled: false, at: now
                ).id
                var current = Job.Status.pending
                for step in steps {
                    if current.successors.contains(step) {
                        #expect(try session.setStatus(step, of: id, at: now), "\(current) to \(step)")
                        current = step
                    } else if current.isTerminal {
                        #expect(try !session.setStatus(step, of: id, at: now), "\(current) to \(step)")
                    } else {
                        #expect(throws: StoreError.self, "\(current) to \(step)") {
                            try session.setStatus(step, of: id, at: now)
                        }
                    }
                    #expect(try session.job(id).status == current)
                }
                if !current.isTerminal { try session.setStatus(.cancelled, of: id, at: now) }
            }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `attempts are numbered without gaps, however they begin and end`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        var random = SeededGenerator(seed: 11)
        let begins = (0..<60).map { _ in Bool.random(using: &random) }
        try await fixture.database.write { session throws in
            let id = try session.insertJob(
                .sync, connection: fixture.connection.id, streams: [], isScheduled: false, at: now
            ).id
            var count = 0
            var isRunning = false
            for begin in begins {
                if begin, !isRunning {
                    #expect(try session.insertAttempt(of: id, at: now).number == count)
                    count += 1
                    isRunning = true
                } else if !begin {
                    let ended = try session.endAttempt(of: id, as: .failed, failures: [], at: now)
                    #expect(ended?.number == (isRunning ? count - 1 : nil))
                    isRunning = false
                }
            }
            #expect(try session.attempts(of: id).map(\.number) == Array(0..<count))
        }
    }
}

/// Draws the same numbers every time (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
