import Flow
import Log
import SQL
import Schema
import Service
import Synchronization
import TestKit

/// A database of one engine and the workers of one test.
final class Workbench: Sendable {
    let database: TestDatabase
    let client: FlowClient
    private let stop = StopSignal()
    private let workers = Mutex<[Task<Void, any Error>]>([])
    private let lastPid = Mutex<Int32>(100)

    /// Opens a bench for `body`, and stops its workers when that has ended.
    static func open(_ engine: Dialect.Engine, _ body: (Workbench) async throws -> Void) async throws {
        let bench = Workbench(try await TestDatabase.open(engine, migrations: Migration.all))
        do { try await body(bench) } catch {
            await bench.close()
            throw error
        }
        await bench.close()
    }

    private init(_ database: TestDatabase) {
        self.database = database
        client = FlowClient(database: database, poll: .milliseconds(50))
    }

    private func close() async {
        stop.request()
        let all = workers.withLock { $0 }
        for worker in all { worker.cancel() }
        for worker in all { _ = try? await worker.value }
        await database.close()
    }

    /// A worker's hold that a test can wait for to lapse.
    static var brief: FlowSettings {
        var settings = FlowSettings.forTests
        settings.lease = .seconds(4)
        settings.heartbeat = .milliseconds(100)
        settings.grace = .milliseconds(300)
        settings.margin = .milliseconds(200)
        return settings
    }

    /// Starts a worker; each is a process of its own as far as the others can tell.
    @discardableResult
    func worker(
        _ workflows: any Workflow..., seats: Int = 4, settings: FlowSettings = .forTests,
        database: (any Database)? = nil, leases: (any Database)? = nil, host: String = "host",
        isAlive: @escaping @Sendable (Int32) -> Bool = { _ in true },
        cleanUp: @escaping @Sendable (DeadWorker) async throws -> Void = { _ in }
    ) -> StartedWorker {
        let database = database ?? self.database
        let pid = lastPid.withLock { pid in
            pid += 1
            return pid
        }
        let rescuer = RunRescuer(
            database: database, host: host, settings: settings, log: .silent, isAlive: { pid, _ in isAlive(pid) },
            cleanUp: cleanUp)
        let claimer = RunClaimer(
            database: database, leases: leases,
            worker: WorkerIdentity(host: host, pid: pid, processStarted: 1, program: "test", version: "1"),
            workflows: workflows, seats: [.main: seats], rescuer: rescuer, settings: settings, log: .silent)
        let stop = StopSignal()
        let task = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await claimer.run(until: stop) }
                group.addTask { try await rescuer.run() }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
        workers.withLock { $0.append(task) }
        return StartedWorker(pid: pid, stop: stop, task: task)
    }

    /// Waits until a run is in a state.
    func wait(for run: RunID, toBe state: RunState) async throws {
        while try await client.status(run).state != state { try await Task.sleep(for: .milliseconds(5)) }
    }

    func history(_ run: RunID) async throws -> [RunEvent.Kind] {
        try await client.history(of: run).map(\.kind)
    }
}

/// A worker of a test.
struct StartedWorker: Sendable {
    let pid: Int32
    let stop: StopSignal
    let task: Task<Void, any Error>

    /// Asks it to stop and waits until it has.
    func stopAndWait() async throws {
        stop.request()
        try await task.value
    }
}

extension FlowSettings {
    /// Leases that no slow machine lets lapse, and quick polls.
    static var forTests: FlowSettings {
        var settings = FlowSettings()
        settings.heartbeat = .milliseconds(500)
        settings.poll = .milliseconds(50)
        settings.finish = .milliseconds(20)
        return settings
    }
}
