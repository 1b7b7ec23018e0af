import Glibc
import Launcher
import Posix
import Testing

/// A data directory, a mark of its own, and a file where connectors write the pids of what they leave behind.
final class Bench: Sendable {
    let dataDirectory: String
    let mark: OwnerMark

    init() throws {
        dataDirectory = "/tmp/swiftlet-launcher-\(UUID())"
        mark = try OwnerMark(owner: "worker-\(UUID())", attempt: "attempt-\(UUID())")
        try Directory.create(dataDirectory)
    }

    deinit {
        _ = ProcessTree.killMarked(mark.everything, ceiling: .seconds(5))
        try? Directory.remove(dataDirectory)
    }

    var jobDirectory: String { mark.jobDirectory(in: dataDirectory) }
    var pidFile: String { "\(dataDirectory)/pids" }

    /// Built beside the tests.
    static var fixture: String { "\(Program.directory)/AttemptFixture" }

    /// A script line that leaves a daemon: forked twice, its own session, no descriptor, no environment.
    var daemon: String {
        "env -i setsid /bin/sh -c '(exec 0<&- 1>&- 2>&-; echo $$ >> \(pidFile); sleep 1000 & echo $! >> \(pidFile); wait) &'"
    }

    /// A script that names its own pid, leaves a daemon, says `ready` when all pids are written, and goes on.
    var lingering: String {
        "echo $$ >> \(pidFile); \(daemon); while [ $(wc -l < \(pidFile)) -lt 3 ]; do sleep 0.01; done; echo ready; exec sleep 1000"
    }

    /// Pids that connectors wrote down; the shell of the daemon names its parent, which may be gone.
    var pids: [Int32] {
        let bytes = (try? SecureFile.read(pidFile, limit: 1 << 16)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int32($0) }
    }

    var living: [Int32] { pids.filter { ProcessStatus(pid: $0)?.isGone == false } }

    func start(
        _ plan: String, lease: Duration = .seconds(60), environment: Environment = .current,
        patience: AttemptPatience = AttemptPatience()
    ) async throws -> AttemptHost {
        try await AttemptHost.start(
            program: Self.fixture, plan: Array(plan.utf8), mark: mark, jobDirectory: jobDirectory,
            deadline: BootClock.now + lease, environment: LaunchEnvironment.attempt(from: environment),
            patience: patience)
    }

    /// Starts a worker process with one attempt; gives it once its connector says `ready`.
    func worker(
        _ plan: String, lease: Int = 60_000, environment: [String: String] = ["PATH": "/usr/bin:/bin"]
    ) throws -> (worker: Child, guardPid: Int32) {
        let pipe = try Pipe()
        var request = ChildRequest(
            Self.fixture, ["host", dataDirectory, mark.owner, mark.attempt, "\(lease)", plan], environment: environment)
        request.descriptors = [nil, pipe.writer, nil]
        let worker = try Child.spawn(request)
        pipe.writer.close()
        var text = ""
        while !text.contains("ready\n") {
            let part = try pipe.reader.read(upTo: 4096)
            try #require(!part.isEmpty, "the worker ended early: \(text)")
            text += String(decoding: part, as: UTF8.self)
        }
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("guard ") })
        return (worker, try #require(Int32(line.dropFirst(6))))
    }

    /// Every event to the end, as text, and how the attempt ended.
    func outcome(of plan: String, environment: Environment = .current) async throws -> ([String], AttemptEnd) {
        let host = try await start(plan, environment: environment)
        var events: [String] = []
        for await event in host.events { events.append(String(decoding: event, as: UTF8.self)) }
        return (events, await host.finished())
    }

    /// Takes events until `ready`; gives the guard's pid.
    func untilReady(_ host: AttemptHost) async -> Int32 {
        var guardPid: Int32 = 0
        for await event in host.events {
            let text = String(decoding: event, as: UTF8.self)
            if text.hasPrefix("guard ") { guardPid = Int32(text.dropFirst(6)) ?? 0 }
            if text == "ready" { break }
        }
        return guardPid
    }
}

extension ConnectorProgram {
    var command: ConnectorCommand? {
        if case .command(let command) = self { command } else { nil }
    }
}

/// Looks again and again until it is so; the suite's time limit ends a vain wait.
func eventually(_ condition: () -> Bool) async {
    while !condition() { try? await Task.sleep(for: .milliseconds(10)) }
}
