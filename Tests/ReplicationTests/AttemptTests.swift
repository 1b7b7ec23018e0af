import Airbyte
import Glibc
import JSON
import Launcher
import Posix
import Replication
import TestKit
import Testing

@Suite("Attempts in a process of their own", .timeLimit(.minutes(2)))
struct AttemptTests {
    private let bench: AttemptBench
    private let a = StreamDescriptor(name: "a")

    init() throws { bench = try AttemptBench() }

    @Test(.proves("1.13-arguments")) func `a sync runs from its plan to its summary and leaves no file`() async throws {
        try bench.connector(
            "source",
            """
            args = sys.argv[1:]
            assert args[0] == "read" and args[1] == "--config" and args[5] == "--state", args
            config = json.load(open(args[2])); catalog = json.load(open(args[4])); old = json.load(open(args[6]))
            assert config["password"] == "canary-9", config
            assert oct(os.stat(args[2]).st_mode)[-3:] == "600"
            assert "generation_id" not in catalog["streams"][0]
            sys.stderr.write("connected with canary-9\\n")
            for n in range(old[0]["stream"]["stream_state"]["n"], 5): record("a", n)
            state("a", {"n": 5})
            """)
        try bench.connector(
            "destination",
            """
            catalog = json.load(open(sys.argv[5]))
            assert sys.argv[1] == "write" and catalog["streams"][0]["stream"]["name"] == "p_a", catalog
            assert catalog["streams"][0]["generation_id"] == 1
            for line in sys.stdin:
                if '"STATE"' in line: sys.stdout.write(line)
            """)
        let (events, end) = try await bench.run()
        guard case .finished(let summary) = events.last else {
            Issue.record("no summary")
            return
        }
        #expect(summary.status == .completed, "\(summary.failures)")
        #expect(summary.stats.totals.recordsCommitted == 3)
        #expect(events.committed == .stream([StreamState(descriptor: a, state: ["n": 5])]))
        #expect(end.reason == .done)
        #expect(!Directory.exists(bench.jobDirectory))
        let text = try events.map { try JSON.encode($0).text }.joined()
        #expect(text.contains("connected with **********") && !text.contains("canary-9"))
        let started = events.compactMap { event in if case .started(let role) = event { role } else { nil } }
        #expect(started == [.destination, .source])
    }

    @Test(.proves("2.11-schema")) func `the destination's catalog is mapped, and the source keeps the configured one`()
        async throws
    {
        try bench.connector(
            "source",
            """
            stream = json.load(open(sys.argv[5]))["streams"][0]
            assert list(stream["stream"]["json_schema"]["properties"]) == ["id", "email"], stream
            assert stream["primary_key"] == [["id"]], stream
            data("a", {"id": 7, "email": "x", "more": 1}); state("a", {"n": 5})
            """)
        try bench.connector(
            "destination",
            """
            stream = json.load(open(sys.argv[5]))["streams"][0]
            assert list(stream["stream"]["json_schema"]["properties"]) == ["key", "email_hashed"], stream
            assert stream["primary_key"] == [["key"]] and stream["stream"]["name"] == "p_a", stream
            for line in sys.stdin:
                message = json.loads(line)
                if message["type"] == "RECORD": assert list(message["record"]["data"]) == ["key", "email_hashed"], line
                if message["type"] == "STATE": sys.stdout.write(line)
            """)
        var plan = bench.plan()
        plan.catalog.streams = [
            TestRun.stream("a", properties: ["id": ["type": "integer"], "email": ["type": "string"]], key: [["id"]])
        ]
        plan.treatments = [
            StreamTreatment(
                stream: a, selectsFields: true,
                mappers: [
                    ["name": "hashing", "config": ["targetField": "email"]],
                    ["name": "field-renaming", "config": ["originalFieldName": "id", "newFieldName": "key"]],
                ])
        ]
        var ended: ReplicationSummary?
        let attempt = try await bench.start(.replicate(plan))
        for await event in attempt.events { if case .finished(let summary) = event { ended = summary } }
        await attempt.finished()
        let summary = try #require(ended)
        #expect(summary.status == .completed, "\(summary.failures)")
        #expect(summary.stats.totals.recordsCommitted == 1)
    }

    @Test func `a connector that does not exist is named as a wrong configuration`() async throws {
        try bench.connector("destination", "sys.stdin.read()")
        let (events, _) = try await bench.run()
        guard case .finished(let summary) = events.last else {
            Issue.record("no summary")
            return
        }
        #expect(summary.status == .failed)
        #expect(summary.failures.first?.origin == .source)
        #expect(summary.failures.first?.kind == .config)
    }

    @Test func `an attempt that is killed is the platform's failure and keeps its states`() async throws {
        try bench.connector("source", #"record("a", 1); state("a", {"n": 1}); time.sleep(600)"#)
        try bench.connector("destination", TestConnector.echo(to: "/dev/null"))
        let attempt = try await bench.start(.replicate(bench.plan()))
        var events: [ReplicationEvent] = []
        for await event in attempt.events {
            if case .state = event { attempt.kill() }
            events.append(event)
        }
        guard case .finished(let summary) = events.last else {
            Issue.record("no summary")
            return
        }
        #expect(summary.status == .failed)
        #expect(summary.failures.map(\.origin) == [.platform])
        #expect(events.committed == .stream([StreamState(descriptor: a, state: ["n": 1])]))
        #expect(summary.stats.streams.first?.status == .incomplete)
    }

    @Test(.proves("2.13-cancel")) func `a cancelled attempt ends as cancelled`() async throws {
        try bench.connector("source", #"record("a", 1); state("a", {"n": 1}); time.sleep(600)"#)
        try bench.connector("destination", TestConnector.echo(to: "/dev/null"))
        let attempt = try await bench.start(.replicate(bench.plan()))
        var events: [ReplicationEvent] = []
        for await event in attempt.events {
            if case .state = event { attempt.cancel(grace: .seconds(20)) }
            events.append(event)
        }
        guard case .finished(let summary) = events.last else {
            Issue.record("no summary")
            return
        }
        #expect(summary.status == .cancelled)
        #expect(events.committed == .stream([StreamState(descriptor: a, state: ["n": 1])]))
        await attempt.finished()
    }

    @Test func `a check is answered, and one that hangs is ended`() async throws {
        try bench.connector(
            "source",
            """
            config = json.load(open(sys.argv[3]))
            if config["mode"] == "hang": time.sleep(600)
            say({"type": "CONNECTION_STATUS", "connectionStatus": {"status": "SUCCEEDED"}})
            """)
        let good = try await bench.answer(
            CommandPlan(.check, role: .source, image: "exec:source:dev", config: ["mode": "good"]))
        #expect(good.status?.outcome == .succeeded && good.failure == nil)
        let hung = try await bench.answer(
            CommandPlan(.check, role: .source, image: "exec:source:dev", config: ["mode": "hang"], timeoutSeconds: 1))
        #expect(hung.status == nil)
        #expect(hung.failure?.origin == .source)
        let missing = try await bench.answer(CommandPlan(.spec, role: .source, image: "exec:nobody:dev"))
        #expect(missing.failure?.kind == .config)
    }

    @Test(arguments: [237, 250]) func `a state as deep as can be read is stored, a deeper one is passed over`(
        depth: Int
    ) async throws {
        try bench.connector("source", "x = 1\nfor _ in range(\(depth)): x = [x]\nrecord('a', 1); state('a', x)")
        try bench.connector("destination", TestConnector.echo(to: "/dev/null"))
        let (events, end) = try await bench.run()
        guard case .finished(let summary) = events.last else {
            Issue.record("no summary")
            return
        }
        #expect(summary.status == .completed, "\(summary.failures)")
        #expect(end.reason == .done)
        let plan = AttemptPlan.replicate(
            ReplicationPlan(
                jobID: 1, attemptNumber: 0, source: .connector(image: "", config: [:], state: events.committed),
                destination: .init(image: "", config: [:], supportsRefreshes: true),
                catalog: ConfiguredCatalog(streams: [])))
        _ = try AttemptPlan(decoding: plan.encoded())
        #expect((events.committed == .empty) == (depth == 250))
    }

    @Test(.proves("2.1-back-pressure"))
    func `a worker that takes nothing for a while holds the states up and loses none`() async throws {
        try bench.connector(
            "source",
            """
            for n in range(60): record("a", n); state("a", {"n": n, "big": "x" * 1000000})
            """)
        try bench.connector("destination", TestConnector.echo(to: "/dev/null"))
        let attempt = try await bench.start(.replicate(bench.plan()))
        var events: [ReplicationEvent] = []
        for await event in attempt.events {
            if case .state = event, events.count < 10 { try await Task.sleep(for: .milliseconds(500)) }
            events.append(event)
        }
        guard case .finished(let summary) = events.last, case .stream(let states) = events.committed else {
            Issue.record("no summary")
            return
        }
        #expect(summary.status == .completed, "\(summary.failures)")
        #expect(states.first?.state?["n"] == 59)
        await attempt.finished()
    }
}
