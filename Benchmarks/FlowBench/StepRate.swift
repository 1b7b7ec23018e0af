import Flow
import JSON
import Posix
import SQL

/// Steps recorded per second: many runs at once, from the first start to the last end.
struct StepRate {
    private let request: BenchRequest
    private let store: BenchStore

    init(_ request: BenchRequest, _ store: BenchStore) {
        self.request = request
        self.store = store
    }

    func measure() async throws -> JSON {
        let runs = request.count("runs", 100)
        let steps = request.count("steps", 50)
        let client = FlowClient(database: store.database)
        return try await BenchWorker(request, store).run {
            // One run to warm up: its worker has its lease and its connections when the clock starts.
            try await finish(try await client.start(CountSteps.self, steps), client)
            let started = BootClock.now
            let all = try await withThrowingTaskGroup(of: RunID.self) { group in
                for _ in 0..<runs { group.addTask { try await client.start(CountSteps.self, steps) } }
                return try await group.reduce(into: [RunID]()) { $0.append($1) }
            }
            for run in all { try await finish(run, client) }
            let seconds = (BootClock.now - started) / .seconds(1)
            let recorded: Int = try await store.database.read { session in
                try session.value("SELECT count(*) FROM run_step WHERE recorded_at IS NOT NULL") ?? 0
            }
            guard recorded >= runs * steps else { throw BenchError("Only \(recorded) steps were recorded.") }
            return [
                "seconds": .init(floatLiteral: seconds), "rate": .init(floatLiteral: Double(runs * steps) / seconds),
            ]
        }
    }

    private func finish(_ run: RunID, _ client: FlowClient) async throws {
        guard case .succeeded = try await client.result(of: run, CountSteps.self) else {
            throw BenchError("Run \(run) did not succeed.")
        }
    }
}
