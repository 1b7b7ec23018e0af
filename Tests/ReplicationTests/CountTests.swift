import Airbyte
import JSON
import Replication
import TestKit
import Testing

@Suite("protocol.md 2.5: checksums", .timeLimit(.minutes(2)))
struct CountTests {
    private let a = StreamDescriptor(name: "a")
    private let three = #"for n in range(3): record("a", n)"# + "\n"

    private func counting(_ count: String) -> @Sendable (String) -> String {
        { TestConnector.counting(count, keeping: String($0.split(separator: "\"")[1])) }
    }

    @Test(.proves("2.5-source", "9-counts"), arguments: [2.0, 4.0])
    func `a source that counts otherwise fails and completes nothing`(
        count: Double
    ) async throws {
        let result = try await TestRun().run(
            source: three + #"state("a", 1, sourceStats={"recordCount": \#(count)}); status("a", "COMPLETE")"#)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .source && result.failure?.stream == a)
        #expect(result.completed.isEmpty)
        #expect(result.summary.failures.count == 1)
    }

    @Test(.proves("2.5-destination", "9-counts")) func `a destination that acknowledges another number fails`()
        async throws
    {
        let result = try await TestRun().run(
            source: three + #"state("a", 1)"#, destination: counting("{'recordCount': n - 1.0}"))
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .destination && result.failure?.stream == a)
    }

    @Test func `what the destination rejected counts as taken`() async throws {
        let result = try await TestRun().run(
            source: three + #"state("a", 1)"#,
            destination: counting("{'recordCount': n - 1.0, 'rejectedRecordCount': 1.0}"))
        #expect(result.summary.status == .completed)
        #expect(result.summary.stats.totals.recordsRejected == 1)
        #expect(result.summary.stats.totals.recordsCommitted == 2)
        #expect(result.warned(.recordsRejected) != nil)
    }

    @Test(.proves("2.5-policy"))
    func `where the connection says so a difference is a warning, and the stream is completed`() async throws {
        var run = TestRun()
        run.countMismatch = .warn
        let result = try await run.run(
            source: three + #"state("a", 1, sourceStats={"recordCount": 9.0}); status("a", "COMPLETE")"#)
        #expect(result.summary.status == .completed)
        #expect(result.completed == ["a"])
        #expect(result.warned(.countMismatch)?.stream == a)
        #expect(result.logs.contains { $0.hasPrefix("WARN") && $0.contains("9 records") })
    }

    @Test(.proves("2.5-global")) func `a GLOBAL state compares the sums of all streams`() async throws {
        var run = TestRun()
        run.streams = [TestRun.stream("a"), TestRun.stream("b")]
        let global =
            #"say({"type": "STATE", "state": {"type": "GLOBAL", "global": {"stream_states": []}, "sourceStats": {"recordCount": %}}})"#
        for (count, status) in [("3.0", ReplicationSummary.Status.completed), ("2.0", .failed)] {
            let result = try await run.run(
                source: #"record("a", 1); record("b", 1); record("b", 2)"# + "\n"
                    + global.split(separator: "%").joined(separator: count),
                destination: counting("{'recordCount': float(n)}"))
            #expect(result.summary.status == status)
            #expect(result.completed.isEmpty == (status == .failed))
        }
    }

    @Test(.proves("9-after-swap"))
    func `a difference that shows only after COMPLETE says that the table may be replaced`() async throws {
        var run = TestRun()
        var stream = TestRun.stream("a", .fullRefresh)
        stream.minimumGenerationID = 1
        run.streams = [stream]
        let result = try await run.run(
            source: three,
            destination: { _ in
                """
                last = None
                for line in sys.stdin:
                    message = json.loads(line)
                    if message["type"] == "STATE": last = message
                last["state"]["destinationStats"] = {"recordCount": 1.0}
                say(last)
                """
            })
        #expect(result.summary.status == .failed)
        #expect(result.failure?.externalMessage.contains("may already have been replaced") == true)
    }

    @Test(.proves("1.4-stats", "2.3-count"))
    func `2_3 a state without a count gets one with a decimal point, and unknown members stay`() async throws {
        let result = try await TestRun().run(
            source: three
                + #"state("a", {"n": 1}, odd={"x": [1]}, sourceStats={"mine": 1}); state("a", 2, sourceStats={"recordCount": 0})"#
        )
        let states = result.messages.filter { $0["type"] == "STATE" }.compactMap { $0["state"] }
        #expect(states.first?["sourceStats"]?.text == #"{"mine":1,"recordCount":3.0}"#)
        #expect(states.first?["odd"] == ["x": [1]])
        #expect(states.map { $0["id"] } == [1, 2])
        #expect(states.last?["sourceStats"]?.text == #"{"recordCount":0}"#)
    }
}

@Suite("protocol.md 2.6, 2.14: counts and times", .timeLimit(.minutes(2)))
struct StatsTests {
    @Test(.proves("1.3-file")) func `2_6 a record that stands for a file counts the file's size`() async throws {
        let result = try await TestRun().run(
            source: #"""
                data("a", {"x": 1}, file_reference={"staging_file_url": "u", "source_file_relative_path": "p", "file_size_bytes": 5000})
                data("a", {"x": 1}, file={"bytes": 700}); data("a", {"x": 1}, file=None); state("a", 1)
                """#)
        #expect(result.summary.stats.totals.bytesEmitted == 5700 + 8)
        #expect(result.records.first?["file_reference"]?["file_size_bytes"] == 5000)
    }

    @Test func `2_6 what the destination counts besides is added up`() async throws {
        let result = try await TestRun().run(
            source: #"record("a", 1); state("a", 1); record("a", 2); record("a", 3); state("a", 2)"#,
            destination: {
                TestConnector.counting(
                    "{'recordCount': float(n), 'additionalStats': {'rows': n, 'odd': 0.5, 'text': 'x'}}",
                    keeping: String($0.split(separator: "\"")[1]))
            })
        #expect(result.summary.stats.streams.first?.additional.sums == ["rows": 3, "odd": 1])
        #expect(result.summary.stats.additionalTotals.sums == ["rows": 3, "odd": 1])
    }

    @Test(.proves("1.6-estimate")) func `2_6 an estimate of the sync holds, and one of a stream besides drops both`()
        async throws
    {
        let sync =
            #"say({"type": "TRACE", "trace": {"type": "ESTIMATE", "emitted_at": 1, "estimate": {"name": "a", "type": "SYNC", "row_estimate": 5, "byte_estimate": 50}}})"#
        let whole = try await TestRun().run(source: sync)
        #expect(whole.summary.stats.estimatedRecords == 5 && whole.summary.stats.estimatedBytes == 50)
        let mixed = try await TestRun().run(
            source: sync + "\n" + sync.split(separator: "SYNC").joined(separator: "STREAM"))
        #expect(mixed.summary.stats.estimatedRecords == nil)
    }

    @Test func `2_14 times run from the start to the end, and waits for states are told`() async throws {
        let result = try await TestRun().run(
            source: #"record("a", 1); state("a", 1); record("a", 2); state("a", 2)"#)
        let stats = result.summary.stats
        let times = [
            stats.times.replicationStart, stats.times.sourceReadStart, stats.times.destinationWriteStart,
            stats.times.sourceReadEnd, stats.times.destinationWriteEnd, stats.times.replicationEnd,
        ].compactMap { $0 }
        #expect(times.count == 6)
        #expect(times == times.sorted())
        #expect(stats.sourceStates == 2 && stats.destinationStates == 2)
        #expect(stats.stateGaps.count == 2 && stats.stateLags.count == 2)
    }

    @Test(.proves("1.6-analytics")) func `2_18 analytics are counted, a thousand at most, and fail nothing`()
        async throws
    {
        let result = try await TestRun().run(
            source: """
                for n in range(1100): say({"type": "TRACE", "trace": {"type": "ANALYTICS", "emitted_at": 1, "analytics": {"type": "t", "value": "v"}}})
                """)
        #expect(result.summary.status == .completed)
        #expect(result.summary.stats.analytics == 1000)
    }
}
