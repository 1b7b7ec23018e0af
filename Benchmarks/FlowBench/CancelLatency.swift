import Flow
import JSON
import Posix
import SQL

/// How long it takes from the call that cancels a run until its body is told, and until its program is gone.
struct CancelLatency {
    private let request: BenchRequest
    private let store: BenchStore

    init(_ request: BenchRequest, _ store: BenchStore) {
        self.request = request
        self.store = store
    }

    func measure() async throws -> JSON {
        let client = FlowClient(database: store.database)
        var told: [Double] = []
        var gone: [Double] = []
        for _ in 0..<request.count("rounds", 20) {
            let run = try await client.start(HoldProgram.self, 0)
            while try await value(of: "running", run) == nil { try await Task.sleep(for: .milliseconds(5)) }
            let called = BootClock.now
            try await client.signal(run, .cancel(reason: "It is measured."))
            guard case .cancelled = try await client.result(of: run, HoldProgram.self),
                let text = try await value(of: "gone", run)
            else { throw BenchError("Run \(run) was not cancelled as it should.") }
            let times = try JSON.parse(text).decode(HoldProgram.Times.self)
            told.append((BootInstant(nanoseconds: times.told) - called) / .milliseconds(1))
            gone.append((BootInstant(nanoseconds: times.gone) - called) / .milliseconds(1))
        }
        return ["told": Report.spread(told), "gone": Report.spread(gone)]
    }

    private func value(of step: StepName, _ run: RunID) async throws -> String? {
        try await store.database.read { session in
            try session.value(
                """
                SELECT value FROM run_step
                WHERE run_id = \(run) AND name = \(step.text) AND recorded_at IS NOT NULL
                """)
        }
    }
}
