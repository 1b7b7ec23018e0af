import Flow
import Posix
import SQL
import Testing
import Time

@Suite("The engine's rules")
struct RuleTests {
    private func decide(
        _ outcome: Result<String, any Error>, _ change: (inout RunEnding.Circumstances) -> Void = { _ in }
    ) -> RunEnding {
        var circumstances = RunEnding.Circumstances()
        change(&circumstances)
        return RunEnding.decide(outcome, circumstances)
    }

    @Test func `a lost lease comes before everything`() {
        #expect(decide(.success("1")) { $0.isLost = true } == .lost)
        #expect(decide(.failure(LeaseLost(""))) == .lost)
        #expect(decide(.failure(CancellationError())) { $0.isLost = true } == .lost)
    }

    @Test func `what a flow was left with counts even where the body hid it`() {
        let wake = Instant(seconds: 5)
        #expect(decide(.success("1")) { $0.spent = Suspension(until: wake) } == .asleep(until: wake, awaits: nil))
        #expect(decide(.failure(Trouble())) { $0.spent = Cancelled("so") } == .cancelled(reason: "so"))
    }

    @Test func `errors while stopping or cancelling are not failures`() {
        #expect(decide(.failure(Trouble())) { $0.isHandingOver = true } == .handedOver)
        #expect(decide(.failure(CancellationError())) { $0.isHandingOver = true } == .handedOver)
        #expect(decide(.failure(Trouble())) { $0.cancelReason = "so" } == .cancelled(reason: "so"))
        #expect(decide(.success("1")) { $0.cancelReason = "too late" } == .succeeded(output: "1"))
    }

    @Test func `an absent database uses up no try`() {
        let away = DatabaseError(.unavailable, "away")
        let ending = decide(.failure(away))
        #expect(ending == .again(after: .seconds(1), counted: false, failure: RunFailure(away)))
    }

    @Test func `tries are counted up to the policy's limit`() {
        let failure = RunFailure(Trouble())
        let retry = Retry.upTo(2, pausing: .seconds(3))
        for failures in 0..<2 {
            let ending = decide(.failure(Trouble())) {
                $0.retry = retry
                $0.failures = failures
            }
            #expect(ending == .again(after: .seconds(3), counted: true, failure: failure))
        }
        let last = decide(.failure(Trouble())) {
            $0.retry = retry
            $0.failures = 2
        }
        #expect(last == .failed(failure))
        #expect(decide(.failure(GiveUp(Trouble()))) { $0.retry = retry } == .failed(failure))
    }

    @Test func `pauses grow up to the cap and jitter only shortens them`() {
        let retry = Retry(limit: 100, first: .seconds(1), factor: 2, cap: .seconds(60), jitter: 0.5)
        #expect(retry.pause(after: 0, chance: 0) == .seconds(1))
        #expect(retry.pause(after: 3, chance: 0) == .seconds(8))
        #expect(retry.pause(after: 90, chance: 0) == .seconds(60))
        #expect(retry.pause(after: 90, chance: 1) == .seconds(30))
    }

    @Test func `each class of error has its own way of being tried again`() {
        struct Classified: ClassifiedError { let errorClass: ErrorClass }
        func decide(_ errorClass: ErrorClass, failures: Int = 0, chance: Double = 0) -> Retry.Decision {
            Retry(limit: 2, first: .seconds(4), jitter: 0.5)
                .decide(Classified(errorClass: errorClass), failures: failures, chance: chance)
        }
        #expect(decide(.config) == .giveUp)
        #expect(decide(.transient, failures: 1) == .again(after: .seconds(8), counted: true))
        #expect(decide(.transient, failures: 2) == .giveUp)
        #expect(decide(.system(retryAfter: .seconds(1)), failures: 99) == .again(after: .seconds(1), counted: false))
        // Not before it was asked to, and spread behind that.
        let asked = ErrorClass.rateLimit(retryAfter: .seconds(60))
        #expect(decide(asked, failures: 99) == .again(after: .seconds(3600), counted: false))
        #expect(decide(asked) == .again(after: .seconds(60), counted: false))
        #expect(decide(asked, chance: 0.5) == .again(after: .seconds(75), counted: false))
        #expect(decide(.rateLimit(retryAfter: nil)) == .again(after: .seconds(4), counted: false))
    }

    @Test func `a time-out comes before the errors it brought about`() {
        let late = TimedOut(.runTime, .seconds(5))
        #expect(decide(.failure(Trouble())) { $0.timedOut = late } == .failed(RunFailure(late)))
        #expect(decide(.success("1")) { $0.timedOut = late } == .succeeded(output: "1"))
        let ending = decide(.failure(CancellationError())) {
            $0.timedOut = TimedOut(.silence, .seconds(5))
            $0.isHandingOver = true
            $0.retry = .upTo(1, pausing: .seconds(3))
        }
        #expect(ending.pause(from: Instant(seconds: 0)) == .seconds(3))
    }

    @Test func `settings that do not fit each other are refused with a sentence`() throws {
        try FlowSettings().validate()
        #expect(FlowSettings().allowance == .seconds(15))
        let short = #expect(throws: FlowError.self) {
            try FlowSettings(environment: Environment(["SWIFTLET_LEASE_SECONDS": "20"]))
        }
        #expect(short?.message.hasPrefix("SWIFTLET_LEASE_SECONDS less the grace and the margin leaves") == true)
        let word = #expect(throws: FlowError.self) {
            try FlowSettings(environment: Environment(["SWIFTLET_POLL_MILLISECONDS": "often"]))
        }
        #expect(word?.message == "SWIFTLET_POLL_MILLISECONDS must be a number, not \"often\".")
        let quick = try FlowSettings(environment: Environment(["SWIFTLET_POLL_MILLISECONDS": "250"]))
        #expect(quick.poll == .milliseconds(250))
    }
}
