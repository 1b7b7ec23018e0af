package import Airbyte
package import Model

/// When a failed attempt is followed by another one; Airbyte's numbers and environment names (protocol.md 3.3).
package struct RetryPolicy: Sendable, Hashable {
    /// `SYNC_JOB_RETRIES_COMPLETE_FAILURES_MAX_SUCCESSIVE`
    package var completeSuccessive = 5
    /// `SYNC_JOB_RETRIES_COMPLETE_FAILURES_MAX_TOTAL`
    package var completeTotal = 10
    /// `SYNC_JOB_RETRIES_PARTIAL_FAILURES_MAX_SUCCESSIVE`
    package var partialSuccessive = 1000
    /// `SYNC_JOB_RETRIES_PARTIAL_FAILURES_MAX_TOTAL`
    package var partialTotal = 20
    /// `SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_MIN_INTERVAL_S`
    package var shortestPause = Duration.seconds(10)
    /// `SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_MAX_INTERVAL_S`
    package var longestPause = Duration.seconds(1800)
    /// `SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_BASE`
    package var base = 3
    /// How often in a row the platform may cut a job short before it has committed anything.
    package var interruptions = 20
    /// How often it may at all: an attempt that dies again and again behind its first rows would else never end.
    package var totalInterruptions = 500

    /// How often a job may wait for a source's quota.
    package var rateLimits = 500

    package init() {}

    package enum Decision: Sendable, Hashable {
        case retry(after: Duration)
        case giveUp
    }

    /// Counts a failed attempt in and decides what follows.
    ///
    /// An attempt that the platform cut short is followed by another at once and moves no counter but its own. So does
    /// one whose source has used up its quota, and its successor waits until the quota is there again.
    ///
    /// - Parameter quotaPause: how long the source's quota is used up yet; zero where it is not.
    package func afterFailure(
        failures: [FailureReason], madeProgress: Bool, wasInterrupted: Bool, quotaPause: Duration = .zero,
        retries: inout RetryState
    ) -> Decision {
        if wasInterrupted {
            retries.interruptedWithoutProgress = madeProgress ? 0 : retries.interruptedWithoutProgress + 1
            retries.totalInterrupted += 1
            return retries.interruptedWithoutProgress < interruptions && retries.totalInterrupted < totalInterruptions
                ? .retry(after: .zero) : .giveUp
        }
        retries.interruptedWithoutProgress = 0
        if quotaPause > .zero, failures.first?.kind != .config {
            let waits = (retries.totalRateLimited ?? 0) + 1
            retries.totalRateLimited = waits
            return waits < rateLimits ? .retry(after: min(quotaPause, longestPause)) : .giveUp
        }
        if madeProgress {
            retries.successiveComplete = 0
            retries.successivePartial += 1
            retries.totalPartial += 1
        } else {
            retries.successivePartial = 0
            retries.successiveComplete += 1
            retries.totalComplete += 1
        }
        if failures.first?.kind == .config { return .giveUp }
        guard retries.successiveComplete < completeSuccessive, retries.totalComplete < completeTotal,
            retries.successivePartial < partialSuccessive, retries.totalPartial < partialTotal
        else { return .giveUp }
        return .retry(after: madeProgress ? .zero : pause(afterFailures: retries.successiveComplete))
    }

    private func pause(afterFailures count: Int) -> Duration {
        var pause = shortestPause
        for _ in 1..<max(count, 1) {
            pause *= base
            if pause >= longestPause { return longestPause }
        }
        return min(pause, longestPause)
    }
}
