import Log
import Service
import Synchronization
import TestKit
import Testing

@Suite("Recurring services", .timeLimit(.minutes(3)))
struct RecurringServiceTests {
    private struct Failure: Error {}

    private final class Counter: RecurringService {
        let period: Duration
        let log: Log
        let rounds = Mutex(0)
        let bell = AsyncStream<Void>.makeStream()
        let pause: Duration
        let fails: Bool

        init(period: Duration, pause: Duration, fails: Bool = false, log: Log = .silent) {
            self.period = period
            self.pause = pause
            self.fails = fails
            self.log = log
        }

        var wakeUps: AsyncStream<Void> { bell.stream }
        var count: Int { rounds.withLock { $0 } }

        func round() async throws -> Duration {
            rounds.withLock { $0 += 1 }
            if fails { throw Failure() }
            return pause
        }
    }

    @Test func `a round that throws is told of, and the next one comes`() async throws {
        let lines = Mutex(0)
        let counter = Counter(
            period: .milliseconds(5), pause: .zero, fails: true, log: Log(sink: { _ in lines.withLock { $0 += 1 } }))
        let run = Task { try await counter.run() }
        try await eventually { counter.count >= 3 && lines.withLock { $0 } >= 2 }
        run.cancel()
        try await run.value
    }

    @Test func `a round comes sooner where the last one says so, and never later than the period`() async throws {
        for counter in [
            Counter(period: .seconds(3600), pause: .milliseconds(1)),
            Counter(period: .milliseconds(1), pause: .seconds(3600)),
        ] {
            let run = Task { try await counter.run() }
            try await eventually { counter.count >= 3 }
            run.cancel()
            try await run.value
        }
    }

    @Test func `a wake-up brings the next round`() async throws {
        let counter = Counter(period: .seconds(3600), pause: .seconds(3600))
        let run = Task { try await counter.run() }
        for round in 1...3 {
            try await eventually { counter.count >= round }
            counter.bell.continuation.yield()
        }
        run.cancel()
        try await run.value
    }
}
