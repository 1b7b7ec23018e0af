import Flow
import Glibc
import Log
import Posix
import SQL
import Service

/// A worker that knows the workflows of this program, put together as `swiftlet-worker` is.
struct BenchWorker {
    private let claimer: RunClaimer
    private let rescuer: RunRescuer
    private let stop = StopSignal()

    /// - `database`: the path of its runs; nil: the store's.
    init(_ request: BenchRequest, _ store: BenchStore, database: (any Database)? = nil) {
        let process = ProcessIdentity.current
        let database = database ?? store.database
        let settings = FlowSettings()
        rescuer = RunRescuer(database: database, host: process.host, settings: settings, log: .silent) { _ in }
        claimer = RunClaimer(
            database: database, leases: store.leases,
            worker: WorkerIdentity(process, program: "FlowBench", version: "1"),
            workflows: [CountSteps(), StampStart(), HoldProgram(), AwaitProgram()],
            seats: [.main: request.count("seats", 100)], rescuer: rescuer, settings: settings, log: .silent)
    }

    /// Runs beside `body` and stops when that has ended.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await claimer.run(until: stop) }
            group.addTask { try await rescuer.run() }
            defer { group.cancelAll() }
            let value = try await body()
            stop.request()
            try await group.next()
            return value
        }
    }

    /// Runs until the standard input ends, which it does however the starter dies.
    func runUntilTold() async throws {
        try await run {
            await Thread.value {
                var byte: UInt8 = 0
                while read(0, &byte, 1) > 0 {}
            }
        }
    }
}
