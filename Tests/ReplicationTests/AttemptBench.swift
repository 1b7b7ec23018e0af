import Airbyte
import Glibc
import JSON
import Launcher
import Posix
import Replication

/// A data directory with connectors written in Python, and attempts run there by the fixture's program.
final class AttemptBench: Sendable {
    let dataDirectory: String
    private let owner = "worker-\(UUID())"
    private let mark: OwnerMark

    struct NoAnswer: Error {}

    init() throws {
        dataDirectory = "/tmp/swiftlet-replication-\(UUID())"
        mark = try OwnerMark(owner: owner, attempt: "attempt-\(UUID())")
        try Directory.create("\(dataDirectory)/connectors")
    }

    deinit {
        _ = ProcessTree.killMarked(mark.everything, ceiling: .seconds(5))
        try? Directory.remove(dataDirectory)
    }

    var jobDirectory: String { mark.jobDirectory(in: dataDirectory) }

    func connector(_ name: String, _ script: String) throws {
        let path = "\(dataDirectory)/connectors/\(name)"
        try SecureFile.write(Array(("#!/usr/bin/env python3\n" + TestConnector.prelude + script).utf8), to: path)
        chmod(path, 0o755)
    }

    func plan() -> ReplicationPlan {
        ReplicationPlan(
            jobID: 7, attemptNumber: 0,
            source: .connector(
                image: "exec:source:dev", config: ["password": "canary-9"],
                state: .stream([StreamState(descriptor: StreamDescriptor(name: "a"), state: ["n": 2])])),
            destination: .init(
                image: "exec:destination:dev", config: ["password": "canary-9"], supportsRefreshes: true),
            catalog: ConfiguredCatalog(streams: [TestRun.stream("a")]), mapping: NamespaceMapping(prefix: "p_"),
            secrets: ["canary-9"])
    }

    func start(_ plan: AttemptPlan) async throws -> ReplicationAttempt {
        var environment = LaunchEnvironment.attempt(from: .current)
        environment["SWIFTLET_DATA"] = dataDirectory
        environment["SWIFTLET_CONNECTOR_PATH"] = "\(dataDirectory)/connectors"
        return try await ReplicationAttempt.start(
            plan, program: "\(Program.directory)/ReplicationFixture", arguments: [], mark: mark,
            jobDirectory: jobDirectory, deadline: BootClock.now + .seconds(60), environment: environment)
    }

    func run() async throws -> ([ReplicationEvent], AttemptEnd) {
        let attempt = try await start(.replicate(plan()))
        var events: [ReplicationEvent] = []
        for await event in attempt.events { events.append(event) }
        return (events, await attempt.finished())
    }

    func answer(_ plan: CommandPlan) async throws -> CommandOutcome {
        let attempt = try await start(.command(plan))
        var outcome: CommandOutcome?
        for await event in attempt.events {
            if case .answered(let answer) = event { outcome = answer }
        }
        await attempt.finished()
        guard let outcome else { throw NoAnswer() }
        return outcome
    }
}
