import Flow
import JSON
import SQL
import Service
import Synchronization
import TestKit
import Testing

@Suite("Starting, signalling and watching runs", .timeLimit(.minutes(3)))
struct ClientTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `a run exists only if the transaction that started it commits`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            await #expect(throws: Trouble.self) {
                try await bench.database.write { session in
                    try bench.client.start(Scripted.self, 1, in: session)
                    throw Trouble()
                }
            }
            let runs = try await bench.client.list()
            #expect(runs.isEmpty)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a unique key is held until its run has ended`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let told = Latch<Bool>()
            let clean = Latch<Bool>()
            bench.worker(
                Scripted { _, flow in
                    let cancelled = await flow.cancellation.wait()
                    told.set(true)
                    _ = await clean.wait()
                    throw cancelled ?? Cancelled("")
                })
            let options = StartOptions(uniqueKey: "connection")
            let first = try await bench.client.start(Scripted.self, 0, options: options)
            let taken = await #expect(throws: FlowError.self) {
                try await bench.client.start(Scripted.self, 0, options: options)
            }
            #expect(taken?.code == .uniqueKeyTaken(first))
            try await bench.wait(for: first, toBe: .running)
            #expect(try await bench.client.signal(first, .cancel(reason: "enough")) == .delivered)
            _ = await told.wait()
            // Its processes are still being killed.
            await #expect(throws: FlowError.self) {
                try await bench.client.start(Scripted.self, 0, options: options)
            }
            clean.set(true)
            #expect(try await bench.client.result(of: first, Scripted.self) == .cancelled(reason: "enough"))
            let second = try await bench.client.start(Scripted.self, 0, options: options)
            #expect(second != first)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a taken key leaves the caller's transaction usable`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let options = StartOptions(uniqueKey: "key")
            let first = try await bench.client.start(Scripted.self, 0, options: options)
            let other = try await bench.database.write { session in
                #expect(throws: FlowError.self) {
                    try bench.client.start(Scripted.self, 1, in: session, options: options)
                }
                return try bench.client.start(Scripted.self, 2, in: session)
            }
            let runs = try await bench.client.list()
            #expect(runs.map(\.id) == [other, first])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `one idempotency key is one run, ended or not`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(Scripted { input, _ in input })
            let options = StartOptions(uniqueKey: "key", idempotencyKey: "request 1")
            let first = try await bench.client.start(Scripted.self, 1, options: options)
            #expect(try await bench.client.start(Scripted.self, 2, options: options) == first)
            #expect(try await bench.client.result(of: first, Scripted.self)?.output == 1)
            #expect(try await bench.client.start(Scripted.self, 3, options: options) == first)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `starters racing for one key start one run`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let won = await withTaskGroup(of: RunID?.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        try? await bench.client.start(
                            Scripted.self, number, options: StartOptions(uniqueKey: "key"))
                    }
                }
                return await group.reduce(into: [RunID]()) { if let run = $1 { $0.append(run) } }
            }
            #expect(won.count == 1)
            let runs = try await bench.client.list()
            #expect(runs.map(\.id) == won)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a waiting run is cancelled at once and for good`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let run = try await bench.client.start(Scripted.self, 0)
            #expect(try await bench.client.signal(run, .cancel(reason: "no need")) == .ended)
            #expect(try await bench.client.signal(run, .cancel(reason: "again")) == .late)
            #expect(try await bench.client.result(of: run, Scripted.self) == .cancelled(reason: "no need"))
            bench.worker(Scripted { input, _ in input })
            let other = try await bench.client.start(Scripted.self, 1)
            _ = try await bench.client.result(of: other, Scripted.self)
            #expect(try await bench.history(run) == [.created, .signalled, .cancelled])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a cancelled run whose worker dies is not run again`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let script = Scripted { _, flow in
                notes.add("pass")
                _ = await flow.loss.wait()
                return 0
            }
            let line = SeverableDatabase(bench.database)
            bench.worker(script, settings: Workbench.brief, database: line)
            let run = try await bench.client.start(Scripted.self, 0)
            try await notes.wait(for: "pass")
            line.sever()
            #expect(try await bench.client.signal(run, .cancel(reason: "stop it")) == .delivered)
            bench.worker(script)
            #expect(try await bench.client.result(of: run, Scripted.self) == .cancelled(reason: "stop it"))
            #expect(notes.all == ["pass"])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a run waits for a signal without a task and takes each once`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(
                Scripted { _, flow in
                    let first = try await flow.wait("first", for: "updated")
                    let second = try await flow.wait("second", for: "updated")
                    let third = try await flow.wait("third", for: "updated", timeout: .milliseconds(50))
                    return (first?.intValue ?? 0) * 10 + (second?.intValue ?? 0) + (third == nil ? 100 : 0)
                })
            let run = try await bench.client.start(Scripted.self, 0)
            while try await bench.client.status(run).awaits != "updated" { try await Task.sleep(for: .milliseconds(5)) }
            try await bench.client.signal(run, .custom("updated", 4))
            try await bench.client.signal(run, .custom("updated", 2))
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 142)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a paused run is parked until it is resumed`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let run = try await bench.client.start(Scripted.self, 3)
            try await bench.client.signal(run, .pause)
            bench.worker(Scripted { input, _ in input })
            let other = try await bench.client.start(Scripted.self, 4)
            _ = try await bench.client.result(of: other, Scripted.self)
            #expect(try await bench.client.status(run).state == .parked)
            try await bench.client.signal(run, .resume)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 3)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a parent leaves until its child has ended`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(
                Scripted { input, flow in
                    let child = try await flow.start("child", Persistent.self, input + 1)
                    return try await flow.result("child's result", of: child, Persistent.self)?.get() ?? 0
                }, Persistent { input, _ in input * 2 }, seats: 1)
            let run = try await bench.client.start(Scripted.self, 10)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 22)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a failing run is tried by its policy, and not where it gives up`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            bench.worker(
                Persistent { input, flow in
                    notes.add("\(input)")
                    if input == 1 { try flow.giveUp(Trouble()) }
                    if input == 2 || flow.claims < 3 { throw Trouble() }
                    return flow.claims
                })
            let stubborn = try await bench.client.start(Persistent.self, 0)
            let hopeless = try await bench.client.start(Persistent.self, 1)
            let failing = try await bench.client.start(Persistent.self, 2)
            let failure = RunFailure(kind: "FlowTests.Trouble", message: "trouble")
            #expect(try await bench.client.result(of: stubborn, Persistent.self)?.output == 3)
            #expect(try await bench.client.result(of: hopeless, Persistent.self) == .failed(failure))
            #expect(try await bench.client.result(of: failing, Persistent.self) == .failed(failure))
            #expect(notes.count(of: "0") == 3)
            #expect(notes.count(of: "1") == 1)
            #expect(notes.count(of: "2") == 3)
        }
    }

    @Test func `waiting for a result ends with its time`() async throws {
        try await Workbench.open(.sqlite) { bench in
            let run = try await bench.client.start(Scripted.self, 0)
            #expect(try await bench.client.result(of: run, Scripted.self, timeout: .milliseconds(20)) == nil)
            await #expect(throws: FlowError.self) {
                try await bench.client.result(of: RunID(99), Scripted.self, timeout: .zero)
            }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `pruning deletes what has ended and nothing else`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(Scripted { input, flow in try await flow.step("only") { input } })
            let ended = try await bench.client.start(Scripted.self, 0)
            _ = try await bench.client.result(of: ended, Scripted.self)
            let waiting = try await bench.client.start(
                Scripted.self, 0, options: StartOptions(due: .after(.seconds(3600))))
            for number in 0..<5 { try await bench.client.signal(waiting, .custom("n", .integer(number))) }
            #expect(try await RunPruner(database: bench.database).prune() == 0)
            #expect(try await RunPruner(database: bench.database, retention: .zero, lines: 2).prune() == 1)
            let runs = try await bench.client.list()
            #expect(runs.map(\.id) == [waiting])
            #expect(try await bench.client.history(of: waiting).count == 2)
            let steps = try await bench.database.read { try $0.value("SELECT COUNT(*) FROM run_step", as: Int.self) }
            #expect(steps == 0)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the oldest ended runs go where there are too many`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(Scripted { input, _ in input })
            var runs: [RunID] = []
            for number in 0..<5 {
                runs.append(try await bench.client.start(Scripted.self, number))
                _ = try await bench.client.result(of: runs[number], Scripted.self)
            }
            #expect(try await RunPruner(database: bench.database, count: 2).prune() == 3)
            #expect(try await bench.client.list().map(\.id) == [runs[4], runs[3]])
        }
    }
}
