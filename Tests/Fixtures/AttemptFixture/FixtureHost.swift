import Launcher
import Posix

/// A worker with one attempt: prints its events, a line each, and keeps it alive for a short while ahead.
struct FixtureHost {
    let dataDirectory: String
    let mark: OwnerMark
    let lease: Duration
    let plan: String

    init(arguments: [String]) throws {
        dataDirectory = arguments[0]
        mark = try OwnerMark(owner: arguments[1], attempt: arguments[2])
        lease = .milliseconds(Int64(arguments[3]) ?? 1000)
        plan = arguments[4]
    }

    func run() async throws {
        try ProcessTree.becomeSubreaper()
        let host = try await AttemptHost.start(
            plan: Array(plan.utf8), mark: mark, jobDirectory: mark.jobDirectory(in: dataDirectory),
            deadline: BootClock.now + lease, environment: LaunchEnvironment.attempt(from: .current))
        let lease = lease
        Task {
            while true {
                try await Task.sleep(for: .milliseconds(50))
                host.keepAlive(until: BootClock.now + lease)
            }
        }
        let output = Descriptor(owning: 1)
        for await event in host.events { try output.write(event + [10]) }
        try output.write("ended \(await host.finished().exit)\n")
    }
}
