import Flow
import JSON
import Posix

/// How long it takes from the call that starts a run to the first line of its body in another process, at a steady rate.
struct StartLatency {
    private let request: BenchRequest
    private let store: BenchStore

    init(_ request: BenchRequest, _ store: BenchStore) {
        self.request = request
        self.store = store
    }

    func measure() async throws -> JSON {
        let client = FlowClient(database: store.database)
        let rate = request.count("rate", 100)
        let warmUp = request.count("warmup", rate)
        let count = request.count("count", rate * 10)
        let began = BootClock.now
        let calls = try await withThrowingTaskGroup(of: (RunID, BootInstant)?.self) { group in
            for number in 0..<(warmUp + count) {
                try await Task.sleep(for: began + .seconds(1) * number / rate - BootClock.now)
                group.addTask {
                    let called = BootClock.now
                    let run = try await client.start(StampStart.self, 0)
                    return number < warmUp ? nil : (run, called)
                }
            }
            return try await group.reduce(into: [(RunID, BootInstant)]()) { if let call = $1 { $0.append(call) } }
        }
        let sent = (BootClock.now - began) / .seconds(1)
        var latencies: [Double] = []
        for (run, called) in calls {
            guard case .succeeded(let stamp) = try await client.result(of: run, StampStart.self) else {
                throw BenchError("Run \(run) did not succeed.")
            }
            latencies.append((BootInstant(nanoseconds: stamp) - called) / .milliseconds(1))
        }
        return ["rate": .init(floatLiteral: Double(warmUp + count) / sent), "latency": Report.spread(latencies)]
    }
}
