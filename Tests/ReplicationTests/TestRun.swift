import Airbyte
import Glibc
import JSON
import Posix
import Replication
import Synchronization

/// Runs a replication of two scripts and keeps all that came of it.
struct TestRun: Sendable {
    var streams = [TestRun.stream("a")]
    var mapping = NamespaceMapping()
    var supportsRefreshes = true
    var limits = ReplicationLimits()
    var secrets: [String] = []
    var channel = TestConnector.Channel.pipes(capacity: nil)
    var treatments: [StreamTreatment] = []
    var countMismatch = CountMismatch.fail
    var rowBlocks: String?
    var clearing: (streams: [StreamDescriptor], state: ConnectionState)?
    /// Cancels once this holds of the events so far.
    var cancelWhen: @Sendable (ReplicationEvent) -> Bool = { _ in false }

    static func stream(
        _ name: String, namespace: String? = nil, _ mode: SyncMode = .incremental
    ) -> ConfiguredStream {
        ConfiguredStream(
            stream: AirbyteStream(name: name, namespace: namespace, jsonSchema: [:]), syncMode: mode,
            destinationSyncMode: .append, generationID: 1, minimumGenerationID: 0, syncID: 1)
    }

    /// A stream whose schema has these properties.
    static func stream(
        _ name: String, properties: JSON, _ mode: SyncMode = .incremental,
        _ destinationMode: DestinationSyncMode = .append, key: [[String]]? = nil
    ) -> ConfiguredStream {
        var stream = stream(name, mode)
        stream.stream.jsonSchema = ["type": "object", "properties": properties]
        stream.destinationSyncMode = destinationMode
        stream.primaryKey = key
        return stream
    }

    struct Result: Sendable {
        var summary: ReplicationSummary
        var events: [ReplicationEvent]
        /// What the destination was sent.
        var received: [UInt8]

        var lines: [String] { received.split(separator: 10).map { String(decoding: $0, as: UTF8.self) } }
        var messages: [JSON] { lines.compactMap { try? JSON.parse($0) } }
        var records: [JSON] { messages.filter { $0["type"] == "RECORD" }.compactMap { $0["record"] } }
        var completed: [String] {
            messages.compactMap { message in
                message["trace"]?["stream_status"]?["stream_descriptor"]?["name"]?.stringValue
            }
        }

        var logs: [String] {
            events.flatMap { event -> [LogEntry] in if case .log(let entries) = event { entries } else { [] } }
                .map { "\($0.level.rawValue) \($0.source.rawValue) \($0.message)" }
        }

        /// All that was committed, laid over one another.
        var committed: ConnectionState { events.committed }

        var failure: FailureReason? { summary.failures.first }

        /// What the destination was sent of records.
        var data: [JSON] { records.compactMap { $0["data"] } }

        var rejected: [RejectedRecord] {
            events.flatMap { event -> [RejectedRecord] in if case .rejected(let records) = event { records } else { [] }
            }
        }

        func warned(_ code: AttemptWarning.Code) -> AttemptWarning? { summary.warnings.first { $0.code == code } }
    }

    func run(source: String, destination: ((_ echo: String) -> String)? = nil) async throws -> Result {
        let directory = "/tmp/swiftlet-replication-\(UUID())"
        try Directory.create(directory)
        defer { try? Directory.remove(directory) }
        let received = "\(directory)/received"
        let echo = TestConnector.echo(to: received)
        let script = destination.map { $0(echo) } ?? echo
        let (summary, events) = await Thread.value { run(source: source, destination: script) }
        let bytes = try? Descriptor.open(received, O_RDONLY).readAll(limit: 1 << 28)
        return Result(summary: summary, events: events, received: bytes ?? [])
    }

    private func run(source: String, destination: String) -> (ReplicationSummary, [ReplicationEvent]) {
        let events = EventList()
        let cancelled = EventList()
        let plan = ReplicationPlan(
            jobID: 1, attemptNumber: 0,
            source: clearing.map { .empty(clearing: $0.streams, state: $0.state) }
                ?? .connector(image: "exec:source", config: [:], state: .empty),
            destination: ReplicationPlan.Destination(
                image: "exec:destination", config: [:], supportsRefreshes: supportsRefreshes),
            catalog: ConfiguredCatalog(streams: streams), mapping: mapping, treatments: treatments,
            countMismatch: countMismatch, rowBlocks: rowBlocks, limits: limits, secrets: secrets)
        let summary = ReplicationRun(plan, isCancelled: { !cancelled.all.isEmpty }) { event in
            events.add(event)
            if cancelWhen(event) { cancelled.add(event) }
        }.run { role, onErrorLine in
            if role == .source, let clearing {
                return try EmptySource(
                    clearing: clearing.streams, of: plan.catalog, state: clearing.state, clock: FixedClock())
            }
            return try TestConnector(
                role == .source ? source : destination, takesInput: role == .destination, over: channel,
                onErrorLine: onErrorLine)
        }
        return (summary, events.all)
    }
}

extension [ReplicationEvent] {
    /// All that was committed, laid over one another.
    var committed: ConnectionState {
        reduce(.empty) { state, event in
            if case .state(let newer, _) = event { state.merging(newer) } else { state }
        }
    }
}

private final class EventList: Sendable {
    private let events = Mutex<[ReplicationEvent]>([])

    func add(_ event: ReplicationEvent) { events.withLock { $0.append(event) } }
    var all: [ReplicationEvent] { events.withLock { $0 } }
}
