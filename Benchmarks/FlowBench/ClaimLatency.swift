import Flow
import JSON
import Posix
import SQL

/// How long the transactions take that claim a run, one run at a time.
struct ClaimLatency {
    private let request: BenchRequest
    private let store: BenchStore

    init(_ request: BenchRequest, _ store: BenchStore) {
        self.request = request
        self.store = store
    }

    func measure() async throws -> JSON {
        let timed = ClaimTimer(store.database)
        let client = FlowClient(database: store.database)
        let count = request.count("count", 500)
        let warmUp = 50
        let starts = try await BenchWorker(request, store, database: timed).run { () -> [Double] in
            var starts: [Double] = []
            for number in 0..<(warmUp + count) {
                if number == warmUp { timed.forget() }
                let called = BootClock.now
                let run = try await client.start(StampStart.self, 0)
                guard case .succeeded(let stamp) = try await client.result(of: run, StampStart.self) else {
                    throw BenchError("Run \(run) did not succeed.")
                }
                if number >= warmUp { starts.append((BootInstant(nanoseconds: stamp) - called) / .milliseconds(1)) }
            }
            return starts
        }
        let claims = timed.times
        guard claims.count >= count else { throw BenchError("Only \(claims.count) claims were seen.") }
        return ["claim": Report.spread(claims), "start": Report.spread(starts)]
    }
}
