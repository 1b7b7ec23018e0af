import Airbyte
import Model
import Sync
import Testing
import Time

@Suite("Deciding what follows a failed attempt", .timeLimit(.minutes(3)))
struct RetryPolicyTests {
    private let failure = [FailureReason(.source, .system, "It broke.", at: Instant(seconds: 0))]

    @Test func `attempts that commit nothing are retried after 10, 30, 90 and 270 seconds, and the fifth ends the job`()
    {
        var retries = RetryState()
        let decisions = (1...5).map { _ in
            RetryPolicy().afterFailure(failures: failure, madeProgress: false, wasInterrupted: false, retries: &retries)
        }
        #expect(
            decisions == [
                .retry(after: .seconds(10)), .retry(after: .seconds(30)), .retry(after: .seconds(90)),
                .retry(after: .seconds(270)), .giveUp,
            ])
    }

    @Test func `attempts that made progress are retried at once, twenty in all`() {
        var retries = RetryState()
        for _ in 1...19 {
            #expect(
                RetryPolicy().afterFailure(
                    failures: failure, madeProgress: true, wasInterrupted: false, retries: &retries)
                    == .retry(after: .zero))
        }
        #expect(
            RetryPolicy().afterFailure(failures: failure, madeProgress: true, wasInterrupted: false, retries: &retries)
                == .giveUp)
    }

    @Test func `progress begins the count of fruitless attempts anew, but not their total`() {
        var retries = RetryState()
        var policy = RetryPolicy()
        policy.completeTotal = 6
        for _ in 1...4 {
            _ = policy.afterFailure(failures: failure, madeProgress: false, wasInterrupted: false, retries: &retries)
        }
        _ = policy.afterFailure(failures: failure, madeProgress: true, wasInterrupted: false, retries: &retries)
        #expect(retries.successiveComplete == 0)
        #expect(retries.totalComplete == 4)
        let fifth = policy.afterFailure(
            failures: failure, madeProgress: false, wasInterrupted: false, retries: &retries)
        #expect(fifth == .retry(after: .seconds(10)))
        #expect(
            policy.afterFailure(failures: failure, madeProgress: false, wasInterrupted: false, retries: &retries)
                == .giveUp)
    }

    @Test func `a configuration error is not retried`() {
        var retries = RetryState()
        let refused = [FailureReason(.source, .config, "The password is wrong.", at: Instant(seconds: 0))]
        #expect(
            RetryPolicy().afterFailure(failures: refused, madeProgress: false, wasInterrupted: false, retries: &retries)
                == .giveUp)
    }

    @Test func `an interruption is followed by another attempt at once and moves no counter but its own`() {
        var retries = RetryState()
        for _ in 1...19 {
            #expect(
                RetryPolicy().afterFailure(failures: [], madeProgress: false, wasInterrupted: true, retries: &retries)
                    == .retry(after: .zero))
        }
        #expect(retries.totalComplete == 0)
        #expect(retries.totalPartial == 0)
        #expect(
            RetryPolicy().afterFailure(failures: [], madeProgress: true, wasInterrupted: true, retries: &retries)
                == .retry(after: .zero))
        #expect(retries.interruptedWithoutProgress == 0)
    }

    @Test func `twenty interruptions without progress end the job`() {
        var retries = RetryState()
        for _ in 1...19 {
            _ = RetryPolicy().afterFailure(failures: [], madeProgress: false, wasInterrupted: true, retries: &retries)
        }
        #expect(
            RetryPolicy().afterFailure(failures: [], madeProgress: false, wasInterrupted: true, retries: &retries)
                == .giveUp)
    }

    @Test func `interruptions end the job at last, also where each attempt committed something`() {
        var retries = RetryState()
        var attempts = 1
        while RetryPolicy().afterFailure(failures: [], madeProgress: true, wasInterrupted: true, retries: &retries)
            == .retry(after: .zero), attempts < 1000
        { attempts += 1 }
        #expect(attempts == 500)
        #expect(retries.totalPartial == 0)
    }

    @Test func `a used up quota is waited for, up to the longest pause, and moves no counter but its own`() {
        var retries = RetryState()
        func decide(_ pause: Duration) -> RetryPolicy.Decision {
            RetryPolicy().afterFailure(
                failures: failure, madeProgress: false, wasInterrupted: false, quotaPause: pause, retries: &retries)
        }
        #expect(decide(.seconds(60)) == .retry(after: .seconds(60)))
        #expect(decide(.seconds(86_400)) == .retry(after: .seconds(1800)))
        #expect(retries.totalComplete == 0)
        #expect(retries.totalRateLimited == 2)
        #expect(decide(.zero) == .retry(after: .seconds(10)))
        #expect(retries.totalComplete == 1)
        let waits = (0..<1000).prefix { _ in decide(.seconds(1)) != .giveUp }.count
        #expect(waits == 497)
    }

    @Test func `a wrong configuration ends the job, quota or not`() {
        var retries = RetryState()
        let refused = [FailureReason(.source, .config, "The password is wrong.", at: Instant(seconds: 0))]
        let decision = RetryPolicy().afterFailure(
            failures: refused, madeProgress: false, wasInterrupted: false, quotaPause: .seconds(60), retries: &retries)
        #expect(decision == .giveUp)
    }

    @Test func `a connection's own numbers take the place of the instance's, one by one`() {
        var own = RunPolicy.Retry()
        own.maxSuccessiveCompleteFailures = 2
        own.backoffMinSeconds = 1
        let policy = RetryPolicy().overridden(by: own)
        #expect(policy.completeSuccessive == 2)
        #expect(policy.shortestPause == .seconds(1))
        #expect(policy.completeTotal == RetryPolicy().completeTotal)
        #expect(policy.base == RetryPolicy().base)
        #expect(RetryPolicy().overridden(by: nil) == RetryPolicy())
    }

    @Test func `Airbyte's variables are read and nonsense in them is passed over`() {
        let policy = RetryPolicy(environment: [
            "SYNC_JOB_RETRIES_COMPLETE_FAILURES_MAX_SUCCESSIVE": "2",
            "SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_MIN_INTERVAL_S": "1",
            "SYNC_JOB_RETRIES_PARTIAL_FAILURES_MAX_TOTAL": "many",
        ])
        #expect(policy.completeSuccessive == 2)
        #expect(policy.shortestPause == .seconds(1))
        #expect(policy.partialTotal == 20)
    }
}
