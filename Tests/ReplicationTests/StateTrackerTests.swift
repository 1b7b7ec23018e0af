import Airbyte
import JSON
import Replication
import TestKit
import Testing
import Time

@Suite("Tracking states")
struct StateTrackerTests {
    private let a = StreamDescriptor(name: "a")
    private let b = StreamDescriptor(name: "b")

    private func tracker(_ modes: [SyncMode] = [.incremental, .incremental]) throws -> StateTracker {
        let streams = zip(["a", "b"], modes).map { TestRun.stream($0, $1) }
        return StateTracker(try StreamTable(ConfiguredCatalog(streams: streams), NamespaceMapping()))
    }

    private func state(_ stream: StreamDescriptor, _ value: JSON) -> StateMessage {
        StateMessage(StreamState(descriptor: stream, state: value))
    }

    private func global(_ value: JSON) throws -> StateMessage {
        try #require(
            StateMessage(json: ["type": "GLOBAL", "global": ["shared_state": value, "stream_states": []]]))
    }

    private func sent(_ state: StateMessage, _ tracker: inout StateTracker) -> StateMessage {
        var state = state
        #expect(tracker.sourceState(&state) == .forward)
        return state
    }

    @Test(.proves("2.7-running"))
    func `a quota holds a source back until it goes on, and the latest of all streams counts`() throws {
        var tracker = try tracker()
        #expect(tracker.stats.quotaReset == nil)
        func limit(_ stream: StreamDescriptor, _ reset: Int64?) -> StreamStatusTrace {
            StreamStatusTrace(stream: stream, phase: .running, isRateLimited: true, quotaReset: reset)
        }
        tracker.status(limit(a, 5000))
        tracker.status(limit(b, 7000))
        #expect(tracker.stats.quotaReset == 7000)
        tracker.count(stream: 1, records: 1, bytes: 1)
        #expect(tracker.stats.quotaReset == 5000)
        tracker.status(StreamStatusTrace(stream: a, phase: .incomplete))
        tracker.finish(isProven: false)
        #expect(tracker.stats.quotaReset == 5000, "it failed for want of quota")
        tracker.status(limit(a, nil))
        #expect(tracker.stats.quotaReset == nil)
        tracker.status(limit(a, 9000))
        tracker.status(StreamStatusTrace(stream: a, phase: .running))
        #expect(tracker.stats.quotaReset == nil)
    }

    @Test(.proves("2.6-committed", "2.4-latest"))
    func `an echo commits its bucket and the older ones of its stream alone`() throws {
        var tracker = try tracker()
        tracker.count(stream: 0, records: 3, bytes: 30)
        let first = sent(state(a, 1), &tracker)
        tracker.count(stream: 1, records: 5, bytes: 50)
        let other = sent(state(b, 1), &tracker)
        tracker.count(stream: 0, records: 4, bytes: 40)
        let second = sent(state(a, 2), &tracker)
        #expect([first.id, other.id, second.id] == [1, 2, 3])
        #expect(second.sourceRecordCount == 4)
        #expect(tracker.destinationState(second) != nil)
        #expect(tracker.stats.streams.map(\.counts.recordsCommitted) == [7, 0])
        #expect(tracker.unacknowledged == [b])
        #expect(tracker.destinationState(first) == nil, "older than what is committed")
        #expect(tracker.destinationState(other) != nil)
        #expect(tracker.unacknowledged.isEmpty)
        #expect(tracker.stats.totals.bytesCommitted == 120)
    }

    @Test(.proves("2.6-committed")) func `a global echo commits all streams`() throws {
        var tracker = try tracker()
        tracker.count(stream: 0, records: 3, bytes: 30)
        tracker.count(stream: 1, records: 2, bytes: 20)
        let first = sent(try global(1), &tracker)
        #expect(first.sourceRecordCount == 5)
        tracker.count(stream: 1, records: 2, bytes: 20)
        let second = sent(try global(2), &tracker)
        #expect(tracker.destinationState(first) == .global(shared: 1, []))
        #expect(tracker.stats.streams.map(\.counts.recordsCommitted) == [3, 2])
        #expect(tracker.unacknowledged == [a, b])
        #expect(tracker.destinationState(second) != nil)
        #expect(tracker.unacknowledged.isEmpty)
        #expect(tracker.missingStates().isEmpty)
    }

    @Test func `a destination that loses the numbers is still understood`() throws {
        var tracker = try tracker()
        _ = sent(state(a, ["n": 1]), &tracker)
        _ = sent(state(a, ["n": 2]), &tracker)
        #expect(tracker.destinationState(state(a, ["n": 2])) != nil)
        #expect(tracker.unacknowledged.isEmpty)
        #expect(tracker.destinationState(state(a, ["n": 9])) == nil)
    }

    @Test func `an echo of what was never sent commits nothing`() throws {
        var tracker = try tracker()
        tracker.count(stream: 0, records: 3, bytes: 30)
        var forged = state(a, 1)
        forged.id = 99
        #expect(tracker.destinationState(forged) == nil)
        _ = sent(state(a, 1), &tracker)
        #expect(tracker.destinationState(forged) == nil)
        #expect(tracker.stats.totals.recordsCommitted == 0)
    }

    @Test(.proves("2.6-filtered")) func `rejected records are not committed ones`() throws {
        var tracker = try tracker()
        tracker.count(stream: 0, records: 10, bytes: 100)
        let message = sent(state(a, 1), &tracker)
        var json = message.json
        json["destinationStats"] = ["recordCount": 8.0, "rejectedRecordCount": 2.0]
        _ = tracker.destinationState(try #require(StateMessage(json: json)))
        #expect(tracker.stats.totals.recordsCommitted == 8)
        #expect(tracker.stats.totals.recordsRejected == 2)
        #expect(tracker.mismatches.isEmpty)
    }

    @Test(.proves("2.5-destination"), arguments: [7.0, 1e300, -1])
    func `a destination that wrote another number is noted`(count: Double) throws {
        var tracker = try tracker()
        tracker.count(stream: 0, records: 10, bytes: 100)
        var json = sent(state(a, 1), &tracker).json
        json["destinationStats"] = ["recordCount": JSON(floatLiteral: count), "rejectedRecordCount": 0.0]
        _ = tracker.destinationState(try #require(StateMessage(json: json)))
        #expect(tracker.mismatches.map(\.side) == [.destination])
        #expect(tracker.mismatches.first?.stream == a)
    }

    @Test(.proves("2.5-source"), arguments: [8.0, 10.0])
    func `a source that counts otherwise than arrived has not delivered its stream`(count: Double) throws {
        var tracker = try tracker()
        tracker.count(stream: 0, records: 9, bytes: 1)
        var json = state(a, 1).json
        json["sourceStats"] = ["recordCount": JSON(floatLiteral: count)]
        _ = sent(try #require(StateMessage(json: json)), &tracker)
        #expect([tracker.isDelivered(0), tracker.isDelivered(1)] == [false, true])
        #expect(tracker.mismatches.map(\.side) == [.source])
    }

    @Test func `waits for states and for their commits are measured`() throws {
        var tracker = try tracker()
        var states: [StateMessage] = []
        for second in [10, 14, 15] as [Int64] {
            var message = state(a, .integer(second))
            #expect(tracker.sourceState(&message, at: Instant(seconds: second)) == .forward)
            states.append(message)
        }
        #expect(tracker.stats.stateGaps.count == 2, "nobody knows since when the first was waited for")
        #expect(tracker.stats.stateGaps.longest == 4000 && tracker.stats.stateGaps.mean == 2500)
        _ = tracker.destinationState(states[1], at: Instant(seconds: 20))
        _ = tracker.destinationState(states[2], at: Instant(seconds: 16))
        #expect(tracker.stats.stateLags.longest == 10_000)
        #expect(tracker.stats.stateLags.mean == (10_000 + 6000 + 1000) / 3)
    }

    @Test(.proves("2.2-inject")) func `only full refreshes that cannot resume and sent no state get one`() throws {
        var tracker = try tracker([.fullRefresh, .incremental])
        #expect(tracker.missingStates().map(\.connectionState) == [.stream([StreamState(descriptor: a, state: [:])])])
        _ = sent(state(a, 1), &tracker)
        #expect(tracker.missingStates().isEmpty)
    }

    @Test(.proves("2.7-complete"))
    func `a stream is complete when the source says so and its last state is echoed, in either order`() throws {
        var tracker = try tracker()
        tracker.status(StreamStatusTrace(stream: a, phase: .started))
        tracker.count(stream: 0, records: 1, bytes: 1)
        let first = sent(state(a, 1), &tracker)
        tracker.status(StreamStatusTrace(stream: a, phase: .complete))
        #expect(tracker.stats.streams[0].status == .running)
        _ = tracker.destinationState(first)
        #expect(tracker.stats.streams[0].status == .complete)
        tracker.count(stream: 1, records: 1, bytes: 1)
        _ = tracker.destinationState(sent(state(b, 1), &tracker))
        #expect(tracker.stats.streams[1].status == .running)
        tracker.status(StreamStatusTrace(stream: b, phase: .complete))
        #expect(tracker.stats.streams[1].status == .complete)
    }

    @Test(.proves("2.6-final")) func `what came behind the last state is committed by a proven end alone`() throws {
        for isProven in [true, false] {
            var tracker = try tracker()
            tracker.count(stream: 0, records: 4, bytes: 4)
            tracker.finish(isProven: isProven)
            #expect(tracker.stats.totals.recordsCommitted == (isProven ? 4 : 0))
            #expect(
                tracker.stats.streams.map(\.status) == (isProven ? [.complete, .complete] : [.incomplete, .pending]))
        }
    }

    @Test func `a hundred thousand states keep the tracker small and exact`() throws {
        var tracker = try tracker()
        for value in 0..<100_000 {
            tracker.count(stream: 0, records: 1, bytes: 1)
            let message = sent(state(a, .integer(value)), &tracker)
            if value % 3 == 0 { _ = tracker.destinationState(message) }
        }
        #expect(tracker.stats.totals.recordsCommitted == 100_000)
    }

    @Test func `a destination that echoes only at the end costs no more than one that echoes at once`() throws {
        var tracker = try tracker()
        let states = (0..<100_000).map { value in
            tracker.count(stream: 0, records: 1, bytes: 1)
            return sent(state(a, .integer(value)), &tracker)
        }
        for state in states { _ = tracker.destinationState(state) }
        #expect(tracker.stats.totals.recordsCommitted == 100_000)
        #expect(tracker.unacknowledged.isEmpty)
    }
}
