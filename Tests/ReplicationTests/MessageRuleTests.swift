import Airbyte
import JSON
import Replication
import TestKit
import Testing

@Suite("protocol.md 1.3 to 1.7, 1.14, 1.15, 2.15: messages and ends", .timeLimit(.minutes(2)))
struct MessageRuleTests {
    private let a = StreamDescriptor(name: "a")

    @Test(.proves("1.14-empty"), arguments: ["None", "{}", "[]", "1"])
    func `1_14 a record whose data is null or empty is dropped`(
        data: String
    ) async throws {
        let result = try await TestRun().run(source: #"data("a", \#(data)); record("a", 1); state("a", 1)"#)
        #expect(result.summary.status == .completed)
        #expect(result.records.count == 1)
        #expect(result.summary.stats.totals.recordsEmitted == 1)
    }

    @Test(.proves("1.14-types")) func `1_14 messages of other types are passed over from both sides`() async throws {
        let others = #"""
            say({"type": "SPEC", "spec": {"connectionSpecification": {}}})
            say({"type": "CONNECTION_STATUS", "connectionStatus": {"status": "SUCCEEDED"}})
            say({"type": "CATALOG", "catalog": {"streams": []}}); say({"type": "NEWS", "news": 1})

            """#
        let result = try await TestRun().run(
            source: others + #"record("a", 1); state("a", 1)"#, destination: { others + $0 })
        #expect(result.summary.status == .completed)
        #expect(result.messages.compactMap { $0["type"]?.stringValue } == ["RECORD", "STATE", "TRACE"])
    }

    @Test func `1_4 a state without a type is an old one and is kept whole`() async throws {
        let result = try await TestRun().run(
            source: #"record("a", 1); say({"type": "STATE", "state": {"data": {"cursor": 7}}})"#)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.committed == .legacy(["cursor": 7]))
    }

    @Test(.proves("1.4-id")) func `1_4 states are numbered, each higher than the one before, whatever their stream`()
        async throws
    {
        var run = TestRun()
        run.streams = [TestRun.stream("a"), TestRun.stream("b")]
        let result = try await run.run(
            source: #"for n in range(3): record("a", n); state("a", n); record("b", n); state("b", n, id=1)"#)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        let ids = result.messages.compactMap { $0["state"]?["id"]?.intValue }
        #expect(ids.count == 6)
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }, "\(ids)")
    }

    @Test(.proves("2.8-global")) func `2_8 a GLOBAL state keeps the source's names, the records do not`() async throws {
        var run = TestRun()
        run.mapping = NamespaceMapping(.customFormat, format: "lake", prefix: "raw_")
        let result = try await run.run(
            source: #"""
                record("a", 1)
                say({"type": "STATE", "state": {"type": "GLOBAL", "global": {"shared_state": {"lsn": 1}, "stream_states": [{"stream_descriptor": {"name": "a"}, "stream_state": {"n": 1}}]}}})
                """#)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.records.map { $0["stream"] } == ["raw_a"])
        let sent = result.messages.compactMap { $0["state"]?["global"]?["stream_states"]?[0]?["stream_descriptor"] }
        #expect(sent == [["name": "a"]])
        #expect(
            result.committed
                == .global(shared: ["lsn": 1], [StreamState(descriptor: StreamDescriptor(name: "a"), state: ["n": 1])]))
    }

    @Test(.proves("1.16-values", "1.7-control"))
    func `1_16 a token that a connector renews on its way is masked from then on`() async throws {
        let control =
            #"{"type": "CONTROL", "control": {"type": "CONNECTOR_CONFIG", "emitted_at": 1, "connectorConfig": {"config": {"token": "brand-new-token"}}}}"#
        let result = try await TestRun().run(
            source:
                #"say(\#(control)); say({"type": "LOG", "log": {"level": "INFO", "message": "using brand-new-token"}}); record("a", 1); state("a", 1)"#
        )
        #expect(result.summary.status == .completed)
        #expect(result.logs.contains { $0.contains("using **********") })
        #expect(!result.logs.contains { $0.contains("brand-new") })
    }

    @Test(.proves("1.5-log")) func `1_5 levels are kept, and FATAL is an ERROR`() async throws {
        let result = try await TestRun().run(
            source: #"""
                for level in ["FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"]: say({"type": "LOG", "log": {"level": level, "message": "m-" + level}})
                """#)
        #expect(
            result.logs.filter { $0.contains(" m-") }.map { String($0.prefix { $0 != " " }) }
                == ["ERROR", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"])
    }

    @Test(.proves("1.15-codes"), arguments: [0, 143]) func `1_15 both exits that are fine are fine`(code: Int)
        async throws
    {
        let result = try await TestRun().run(source: #"record("a", 1); state("a", 1); sys.exit(\#(code))"#)
        #expect((result.summary.status == .completed) == (code == 0), "143 is fine for one that was asked to end")
    }

    @Test(.proves("1.15-memory")) func `1_15 an end by lack of memory tells the limit`() async throws {
        let result = try await TestRun().run(source: "sys.stderr.write('last words\\n'); sys.exit(137)")
        let message = try #require(result.failure?.externalMessage)
        #expect(message.contains("out of memory") && message.contains("memory limit"))
        #expect(message.contains("last words"))
    }

    @Test func `2_15 traces lead in the order of their times, whoever sent them first`() async throws {
        let result = try await TestRun().run(
            source: #"""
                def at(t, m): say({"type": "TRACE", "trace": {"type": "ERROR", "emitted_at": t, "error": {"message": m, "failure_type": "transient_error", "internal_message": "i", "stack_trace": "s" * 200000}}})
                at(9, "late"); at(3, "early"); sys.exit(1)
                """#)
        #expect(
            result.summary.failures.map(\.externalMessage)
                == ["early", "late", "Source process exited with non-zero exit code 1"])
        #expect(result.failure?.kind == .transient && result.failure?.internalMessage == "i")
        #expect(result.failure?.stacktrace?.unicodeScalars.count == 100_000)
    }

    @Test(.proves("2.12-source")) func `2_12 a source that only logs is as silent as one that says nothing`()
        async throws
    {
        var run = TestRun()
        run.limits.sourceSilenceSeconds = 3
        let result = try await run.run(
            source: """
                record("a", 1); state("a", 1)
                while True: say({"type": "LOG", "log": {"level": "INFO", "message": "busy"}}); time.sleep(0.2)
                """)
        #expect(result.failure?.kind == .heartbeatTimeout)
    }

    @Test(.proves("9-streams")) func `2_7 every stream must be complete where the source tells statuses at all`()
        async throws
    {
        let quiet = try await TestRun().run(source: #"record("a", 1); state("a", 1)"#)
        #expect(quiet.summary.status == .completed)
        #expect(quiet.warned(.noStreamStatuses) != nil)
        let told = try await TestRun().run(source: #"status("a", "STARTED"); record("a", 1); state("a", 1)"#)
        #expect(told.summary.status == .failed)
        #expect(told.failure?.stream == a)
        #expect(told.warned(.noStreamStatuses) == nil)
    }
}
