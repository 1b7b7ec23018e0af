package import Log

/// A service that does one thing again and again.
///
/// A round that throws is logged, and the next one comes as if it had not: what is wrong today, such as a database that
/// is away, may be right in a moment.
package protocol RecurringService: Service {
    /// How long it is from one round to the next; where a round throws, too.
    var period: Duration { get }
    var log: Log { get }
    /// Yields when a round is to come before its time. By default it never does.
    var wakeUps: AsyncStream<Void> { get }

    /// Does the work once. Returns when it is to be done again: the period, or sooner.
    func round() async throws -> Duration
}

extension RecurringService {
    package var wakeUps: AsyncStream<Void> { AsyncStream { $0.finish() } }

    /// Does a round at once, and then again and again until the task is cancelled.
    package func run() async throws {
        // Rings that come during a round are one ring when it is over.
        let (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        bell.yield()
        await withTaskGroup { group in
            group.addTask { for await _ in wakeUps { bell.yield() } }
            var alarm: Task<Void, any Error>?
            for await _ in rings {
                alarm?.cancel()
                let pause = await pauseAfterRound()
                alarm = Task {
                    try await Task.sleep(for: pause)
                    bell.yield()
                }
            }
            alarm?.cancel()
            group.cancelAll()
        }
    }

    private func pauseAfterRound() async -> Duration {
        do {
            return min(try await round(), period)
        } catch {
            if !Task.isCancelled { log.error("This round failed; the next comes in \(period): \(error)") }
            return period
        }
    }
}
