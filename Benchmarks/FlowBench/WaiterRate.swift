import Flow
import JSON
import Posix
import SQL

/// How long workers in other processes take over runs that wait for programs.
struct WaiterRate {
    private let request: BenchRequest
    private let store: BenchStore

    init(_ request: BenchRequest, _ store: BenchStore) {
        self.request = request
        self.store = store
    }

    /// The runs are started in one transaction, so that no worker begins before the rest is there.
    func measure() async throws -> JSON {
        let runs = request.count("runs", 200)
        let milliseconds = request.count("milliseconds", 200)
        let client = FlowClient(database: store.database)
        let started = BootClock.now
        let all = try await store.database.write { session in
            try (0..<runs).map { _ in try client.start(AwaitProgram.self, milliseconds, in: session) }
        }
        for run in all {
            guard case .succeeded = try await client.result(of: run, AwaitProgram.self) else {
                throw BenchError("Run \(run) did not succeed.")
            }
        }
        return ["seconds": .init(floatLiteral: (BootClock.now - started) / .seconds(1)), "runs": .integer(runs)]
    }
}
