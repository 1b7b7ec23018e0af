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
