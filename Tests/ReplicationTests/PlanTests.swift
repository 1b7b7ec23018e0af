import Airbyte
import JSON
import Launcher
import Replication
import Testing

@Suite("Passing plans and events between processes")
struct PlanTests {
    @Test(arguments: [
        ConnectionState.empty, .stream([StreamState(descriptor: StreamDescriptor(name: "a"), state: nil)]),
        .global(shared: nil, []), .legacy(["a": 1]),
    ])
    func `a plan arrives as it was sent`(state: ConnectionState) throws {
        let plan = ReplicationPlan(
            jobID: 7, attemptNumber: 2, source: .connector(image: "exec:s:1", config: ["a": 1.50], state: state),
            destination: .init(image: "exec:d:1", config: [:], supportsRefreshes: true),
            catalog: ConfiguredCatalog(streams: [TestRun.stream("a")]),
            mapping: NamespaceMapping(.customFormat, format: "f", prefix: "p"), secrets: ["x"])
        let bytes = try AttemptPlan.replicate(plan).encoded()
        guard case .replicate(let read) = try AttemptPlan(decoding: bytes) else {
            Issue.record("another kind")
            return
        }
        #expect(try JSON.encode(read) == JSON.encode(plan))
        guard case .connector(_, _, let readState) = read.source else { return }
        #expect(readState == state)
    }

    @Test func `events arrive as they were sent`() throws {
        let stats = ReplicationStats(streams: [StreamStats(stream: StreamDescriptor(name: "a"))])
        let a = StreamDescriptor(name: "a")
        let summary = ReplicationSummary(
            status: .completed, stats: stats, failures: [],
            warnings: [AttemptWarning(.noRecords, "None came.", stream: a)], startedAt: 1, endedAt: 2)
        let events: [ReplicationEvent] = [
            .rejected([RejectedRecord(stream: a, reason: "odd", data: "{\"a\":1}")]),
            .started(.source), .state(.legacy(["x": 1]), stats), .progress(stats),
            .control(.destination, config: ["t": 1]), .finished(summary),
            .answered(CommandOutcome(status: ConnectionStatus(.succeeded))),
            .log([LogEntry(timestamp: 1, level: .info, source: .platform, message: "m")]),
        ]
        for event in events {
            let json = try JSON.encode(event)
            let read = try JSON.parse(json.bytes).decode(ReplicationEvent.self)
            #expect(try JSON.encode(read) == json)
        }
    }

    @Test(arguments: [
        ("exec:NAME:1", "exec:NAME", "1"), ("exec:NAME", "exec:NAME", "latest"),
        ("pypi:airbyte-source-faker:6.2.0", "pypi:airbyte-source-faker", "6.2.0"),
        ("swiftlet/source-postgres:0.1", "swiftlet/source-postgres", "0.1"),
        ("host:5000/airbyte/source-x", "host:5000/airbyte/source-x", "latest"),
        ("host:5000/airbyte/source-x:2", "host:5000/airbyte/source-x", "2"),
    ])
    func `an image's name is told from its tag`(text: String, repository: String, tag: String) {
        #expect(ConnectorImage(text) == ConnectorImage(repository: repository, tag: tag))
    }
}
