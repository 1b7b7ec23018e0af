import Airbyte
import Posix
import Replication
import TestKit
import Testing
import Time

@Suite("Deciding how an attempt ended")
struct VerdictTests {
    private let now = Instant(seconds: 100)

    private func good() -> Verdict {
        var verdict = Verdict()
        verdict.source.exit = .exited(0)
        verdict.destination.exit = .exited(0)
        return verdict
    }

    private func failure(_ origin: FailureReason.Origin, _ text: String, at seconds: Int64) -> FailureReason {
        FailureReason(origin, .system, text, at: Instant(seconds: seconds))
    }

    @Test func `two clean exits and nothing against them are a success`() {
        #expect(good().decide(at: now).status == .completed)
    }

    @Test(.proves("2.15-trace-alone")) func `an error trace alone fails nothing but is told`() {
        var verdict = good()
        verdict.traces = [failure(.source, "hm", at: 1)]
        let (status, failures) = verdict.decide(at: now)
        #expect(status == .completed)
        #expect(failures.map(\.externalMessage) == ["hm"])
    }

    @Test(
        arguments: [
            { $0.source.exit = .exited(1) }, { $0.source.exit = .exited(143) }, { $0.source.exit = .signalled(15) },
            { $0.source.exit = nil }, { $0.destination.exit = .exited(1) }, { $0.destination.exit = .signalled(11) },
            { $0.destination.exit = nil }, { $0.unacknowledged = [StreamDescriptor(name: "a")] },
            { $0.undelivered = [StreamDescriptor(name: "a")] },
            { $0.mismatches = [CountFinding(.source, stream: nil, "Nine, not ten.")] },
            { $0.destinationStoppedReading = true },
            { $0.raised = [FailureReason(.platform, .system, "x", at: Instant(seconds: 1))] },
            { $0.source = .init(exit: .exited(143), wasStopped: true) },
        ] as [@Sendable (inout Verdict) -> Void])
    func `whatever is not proven is a failure with a sentence`(change: @Sendable (inout Verdict) -> Void) {
        var verdict = good()
        change(&verdict)
        let (status, failures) = verdict.decide(at: now)
        #expect(status == .failed)
        #expect(failures.first?.externalMessage.isEmpty == false)
    }

    @Test(.proves("2.15-order")) func `traces lead by their time, then what was found, then the exits`() {
        var verdict = good()
        verdict.source.exit = .exited(2)
        verdict.traces = [failure(.destination, "late", at: 9), failure(.source, "early", at: 3)]
        verdict.raised = [failure(.source, "found", at: 1)]
        #expect(
            verdict.decide(at: now).failures.map(\.externalMessage)
                == ["early", "late", "found", "Source process exited with non-zero exit code 2"])
    }

    @Test func `an exit that we asked for is no failure of its own`() {
        var verdict = good()
        verdict.source = .init(exit: .exited(143), wasStopped: true)
        verdict.raised = [failure(.destination, "disk full", at: 1)]
        #expect(verdict.decide(at: now).failures.map(\.externalMessage) == ["disk full"])
    }

    @Test func `a cancel is a cancel, whatever the exits say`() {
        var verdict = good()
        verdict.isCancelled = true
        verdict.source = .init(exit: .signalled(15), wasStopped: true)
        #expect(verdict.decide(at: now).status == .cancelled)
    }

    @Test(.proves("1.15-memory"), arguments: [ChildExit.exited(137), .signalled(9)])
    func `a kill is explained by memory`(exit: ChildExit) {
        var verdict = good()
        verdict.destination.exit = exit
        let failure = verdict.decide(at: now).failures.first
        #expect(failure?.externalMessage.contains("memory") == true)
        #expect(failure?.origin == .destination)
        verdict.memoryLimit = .bytes(512 << 20)
        #expect(verdict.decide(at: now).failures.first?.externalMessage.contains("512 MiB") == true)
        verdict.memoryLimit = .unlimited
        #expect(verdict.decide(at: now).failures.first?.externalMessage.contains("no memory limit is set") == true)
    }

    @Test(.proves("2.5-policy")) func `counts that differ are no failure where the connection says so`() {
        var verdict = good()
        verdict.mismatches = [CountFinding(.destination, stream: nil, "Nine, not ten.")]
        #expect(verdict.decide(at: now).failures.map(\.externalMessage) == ["Nine, not ten."])
        verdict.countMismatch = .warn
        #expect(verdict.decide(at: now).status == .completed)
    }

    @Test(.proves("2.15-most")) func `at most ten failures are kept, and an eleventh says how many more there are`() {
        var verdict = good()
        verdict.traces = (0..<50).map { failure(.source, "\($0)", at: $0) }
        verdict.source.exit = .exited(1)
        verdict.furtherTraces = 7
        let failures = verdict.decide(at: now).failures
        #expect(failures.prefix(10).map(\.externalMessage) == (0..<10).map(String.init))
        #expect(failures.count == 11)
        #expect(failures.last?.externalMessage.contains("48 more") == true)
    }
}
