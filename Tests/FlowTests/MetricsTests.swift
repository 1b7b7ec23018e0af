import Flow
import Log
import SQL
import Service
import TestKit
import Testing

@Suite("Metrics", .timeLimit(.minutes(3)))
struct MetricsTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `what waits, runs and was done is counted over the lives of workers`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let worker = bench.worker(Persistent { input, _ in if input == 0 { throw Trouble() } else { input } })
            let failing = try await bench.client.start(Persistent.self, 0)
            let running = try await bench.client.start(Persistent.self, 1)
            try await bench.wait(for: failing, toBe: .failed)
            _ = try await bench.client.result(of: running, Persistent.self)
            try await worker.stopAndWait()
            _ = try await bench.client.start(Persistent.self, 2)
            _ = try await bench.client.start(Persistent.self, 3, options: StartOptions(due: .after(.seconds(60))))
            let paused = try await bench.client.start(Persistent.self, 4)
            try await bench.client.signal(paused, .pause)

            let metrics = try await bench.client.metrics()
            #expect(metrics.workers == 0)
            let queue = try #require(metrics.queues.first)
            #expect(queue.name == "main" && queue.due == 1 && queue.asleep == 1 && queue.parked == 1)
            #expect(metrics.counts.succeeded == 1)
            #expect(metrics.counts.failed == 1)
            #expect(metrics.counts.retried == 2)
            #expect(metrics.counts.claims == 4)

            // What a worker counted outlives its row.
            try await RunPruner(database: bench.database, retention: .zero).prune()
            #expect(try await bench.client.metrics().counts == metrics.counts)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a lapse and the runs that it put back are counted`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let held = Latch<Bool>()
            let script = Scripted { input, flow in
                if held.set(true) { _ = await flow.loss.wait() }
                return input
            }
            // Cut off from everything, so that it cannot return its lease either.
            let line = SeverableDatabase(bench.database)
            bench.worker(script, settings: Workbench.brief, database: line)
            let run = try await bench.client.start(Scripted.self, 5)
            _ = await held.wait()
            line.sever()
            bench.worker(script)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 5)
            let counts = try await bench.client.metrics().counts
            #expect(counts.lapses == 1)
            #expect(counts.rescues == 1)
        }
    }

    @Test func `delays fall into the first range that holds them`() {
        var histogram = DelayHistogram()
        histogram.add(.milliseconds(1))
        histogram.add(.microseconds(1001))
        histogram.add(.seconds(4000))
        #expect(histogram.counts.prefix(2) == [1, 1])
        #expect(histogram.counts.last == 1)
        #expect(histogram.count == 3)
    }
}
