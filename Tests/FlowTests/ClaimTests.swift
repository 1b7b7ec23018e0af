import Flow
import SQL
import Service
import Synchronization
import TestKit
import Testing

@Suite("Claiming runs", .timeLimit(.minutes(3)))
struct ClaimTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `two workers never claim the same run`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let script = Scripted { input, flow in
                notes.add("run \(input)")
                return try await flow.step("only") { input }
            }
            for _ in 0..<4 { bench.worker(script, seats: 5) }
            let runs = try await bench.database.write { session in
                try (0..<150).map { try bench.client.start(Scripted.self, $0, in: session) }
            }
            for (number, run) in runs.enumerated() {
                #expect(try await bench.client.result(of: run, Scripted.self)?.output == number)
            }
            #expect(notes.all.count == runs.count)
            #expect(Set(notes.all).count == runs.count)
            #expect(try await bench.client.list(RunFilter(limit: 1000)).allSatisfy { $0.claims == 1 })
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the more urgent run is claimed first, then the one due earlier`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let priorities: [RunPriority] = [.backfill, .scheduled, .manual, .scheduled, .manual]
            var runs: [RunID] = []
            for (number, priority) in priorities.enumerated() {
                runs.append(
                    try await bench.client.start(Scripted.self, number, options: StartOptions(priority: priority)))
            }
            bench.worker(
                Scripted { input, _ in
                    notes.add("\(input)")
                    return input
                }, seats: 1)
            for run in runs { _ = try await bench.client.result(of: run, Scripted.self) }
            #expect(notes.all == ["2", "4", "1", "3", "0"])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a run that is not due yet waits`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(Scripted { input, _ in input })
            let later = try await bench.client.start(
                Scripted.self, 1, options: StartOptions(due: .after(.seconds(3600))))
            let now = try await bench.client.start(Scripted.self, 2)
            #expect(try await bench.client.result(of: now, Scripted.self)?.output == 2)
            #expect(try await bench.client.status(later).state == .waiting)
            try await bench.client.signal(later, .runNow)
            #expect(try await bench.client.result(of: later, Scripted.self)?.output == 1)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a run of an unknown workflow waits for a worker that knows it`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(Scripted { input, _ in input })
            let unknown = try await bench.client.start(Persistent.self, 1)
            let known = try await bench.client.start(Scripted.self, 2)
            #expect(try await bench.client.result(of: known, Scripted.self)?.output == 2)
            #expect(try await bench.client.status(unknown).state == .waiting)
            bench.worker(Persistent { input, _ in input })
            #expect(try await bench.client.result(of: unknown, Persistent.self)?.output == 1)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `no more runs than slots run at once`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let level = Mutex((now: 0, most: 0))
            let script = Scripted { input, flow in
                level.withLock { level in
                    level.now += 1
                    level.most = max(level.most, level.now)
                }
                defer { level.withLock { $0.now -= 1 } }
                try await Task.sleep(for: .milliseconds(10))
                return input
            }
            for _ in 0..<3 { bench.worker(script, seats: 5) }
            let options = StartOptions(slots: [SlotKey("source", limit: 2), SlotKey("image", limit: 3)])
            let runs = try await bench.database.write { session in
                try (0..<12).map { try bench.client.start(Scripted.self, $0, in: session, options: options) }
            }
            for run in runs { #expect(try await bench.client.result(of: run, Scripted.self)?.output != nil) }
            #expect(level.withLock { $0.most } == 2)
            let held = try await bench.database.read { session in
                try session.value("SELECT COUNT(*) FROM slot WHERE run_id IS NOT NULL", as: Int.self)
            }
            #expect(held == 0)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a run claimed in a worker's name that it never heard of is given back`(
        _ engine: Dialect.Engine
    ) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(Scripted { input, _ in input })
            let first = try await bench.client.start(Scripted.self, 1)
            _ = try await bench.client.result(of: first, Scripted.self)
            // As when a claim committed and the connection broke before its answer came.
            let run = try await bench.database.write { session in
                let run = try bench.client.start(Scripted.self, 2, in: session)
                try session.run(
                    """
                    UPDATE run SET state = 'running', lease_token = 1, claims = 1, claimed_at = \(session.dialect.now),
                        worker_id = (SELECT id FROM worker WHERE ended_at IS NULL)
                    WHERE id = \(run)
                    """)
                return run
            }
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 2)
            #expect(try await bench.history(run).contains(.handedOver))
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a body whose run was taken from its worker is told`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            bench.worker(
                Scripted { _, flow in
                    notes.add("pass")
                    if flow.claims == 1 { _ = await flow.loss.wait() }
                    return flow.claims
                })
            let run = try await bench.client.start(Scripted.self, 0)
            try await notes.wait(for: "pass")
            try await bench.database.write { session -> Void in
                try session.run("UPDATE run SET state = 'waiting', worker_id = NULL WHERE id = \(run)")
            }
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 2)
        }
    }
}
