import Flow
import JSON
import Log
import Posix
import SQL
import Service
import Synchronization
import TestKit
import Testing

@Suite("Leases", .timeLimit(.minutes(3)))
struct LeaseTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `nothing is written for a run after its lease has lapsed`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let fence = Latch<RunFence>()
            let script = Scripted { _, flow in
                guard fence.set(flow.fence) else { return 2 }
                _ = await flow.loss.wait()
                if Task.isCancelled { notes.add("cancelled") }
                // The way to the database is open: only the fence stands in between.
                do { try await flow.fenced { _ in } } catch is LeaseLost { notes.add("fenced") }
                do { try await flow.step("late") { 1 } } catch is LeaseLost { notes.add("step") }
                notes.add("left")
                return 1
            }
            // Renewals are cut, everything else goes through.
            let renewals = SeverableDatabase(bench.database)
            let worker = bench.worker(script, settings: Workbench.brief, leases: renewals)
            let run = try await bench.client.start(Scripted.self, 0)
            let held = try #require(await fence.wait())
            try await bench.database.write { try held.verify(in: $0) }
            worker.stop.request()
            renewals.sever()
            try await notes.wait(for: "left")
            #expect(notes.all == ["cancelled", "fenced", "step", "left"])
            try await worker.task.value
            bench.worker(script)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 2)
            await #expect(throws: LeaseLost.self) { try await bench.database.write { try held.verify(in: $0) } }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a run is told of its lost lease before the database lets go of it`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let left = Latch<Bool>()
            let began = Latch<Bool>()
            let script = Scripted { _, flow in
                began.set(true)
                let sentBefore = flow.leaseDeadline
                _ = await flow.loss.wait()
                // No deadline was handed out past the point at which the run was given up.
                #expect(flow.leaseDeadline <= BootClock.now)
                #expect(flow.leaseDeadline >= sentBefore)
                // This very task is cancelled.
                let held = try await Task {
                    try await bench.database.read { session in
                        try session.value("SELECT lease_until > \(session.dialect.now) FROM worker", as: Bool.self)
                    }
                }.value
                left.set(held ?? false)
                return 0
            }
            let line = SeverableDatabase(bench.database)
            var settings = FlowSettings.forTests
            settings.lease = .seconds(21)
            settings.heartbeat = .milliseconds(100)
            settings.grace = .seconds(10)
            settings.margin = .seconds(10)
            bench.worker(script, settings: settings, database: line)
            try await bench.client.start(Scripted.self, 0)
            _ = await began.wait()
            line.sever()
            #expect(await left.wait() == true)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a renewed lease moves the deadline on`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(
                Scripted { _, flow in
                    var deadlines: [BootInstant] = []
                    for await deadline in flow.leaseDeadlines {
                        deadlines.append(deadline)
                        if deadlines.count == 3 { break }
                    }
                    return deadlines == deadlines.sorted() && Set(deadlines).count == 3 ? 1 : 0
                })
            let run = try await bench.client.start(Scripted.self, 0)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 1)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a dead neighbour's runs go on at once, after its processes are cleared away`(
        _ engine: Dialect.Engine
    ) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let script = Scripted { _, flow in
                notes.add("pass \(flow.claims)")
                if flow.claims == 1 { _ = await flow.loss.wait() }
                return flow.claims
            }
            let line = SeverableDatabase(bench.database)
            let dead = bench.worker(script, database: line)
            let run = try await bench.client.start(Scripted.self, 0)
            try await notes.wait(for: "pass 1")
            line.sever()
            bench.worker(
                script, isAlive: { $0 != dead.pid },
                cleanUp: { worker in
                    #expect(worker.pid == dead.pid)
                    notes.add("clean up")
                    try await Task.sleep(for: .milliseconds(20))
                    notes.add("clean")
                })
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 2)
            #expect(notes.all == ["pass 1", "clean up", "clean", "pass 2"])
            let events = try await bench.client.history(of: run)
            #expect(events.first { $0.kind == .rescued }?.detail["because"] == "died")
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a neighbour on another host is not judged by its pid`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let began = Latch<Bool>()
            let end = Latch<Bool>()
            let script = Scripted { _, flow in
                began.set(true)
                _ = await end.wait()
                return flow.claims
            }
            bench.worker(script, host: "here")
            let run = try await bench.client.start(Scripted.self, 0)
            _ = await began.wait()
            let rescuer = RunRescuer(
                database: bench.database, host: "there", settings: .forTests, log: .silent, isAlive: { _, _ in false },
                cleanUp: { _ in Issue.record("Nothing of another host is cleaned up.") })
            #expect(try await rescuer.rescue() == 0)
            end.set(true)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 1)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a stopping worker hands long work over and lets short work finish`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let script = Scripted { input, flow in
                if input == 1 {
                    notes.add("short")
                    try await Task.sleep(for: .milliseconds(50))
                    return flow.claims
                }
                let attempt = try await flow.atMostOnce("attempt") { () -> Int in
                    notes.add("long")
                    let handOver = await flow.stopping.wait()
                    try await flow.fenced { _ in notes.add("in order") }
                    throw handOver ?? HandOver(until: BootClock.now)
                }
                return attempt ?? flow.claims
            }
            var settings = FlowSettings.forTests
            settings.finish = .milliseconds(500)
            let first = bench.worker(script, settings: settings)
            let long = try await bench.client.start(Scripted.self, 0)
            try await notes.wait(for: "long")
            let short = try await bench.client.start(Scripted.self, 1)
            try await notes.wait(for: "short")
            try await first.stopAndWait()
            #expect(try await bench.client.result(of: short, Scripted.self, timeout: .zero)?.output == 1)
            #expect(try await bench.client.status(long).state == .waiting)
            bench.worker(script)
            #expect(try await bench.client.result(of: long, Scripted.self)?.output == 2)
            #expect(notes.all == ["long", "short", "in order"])
            #expect(try await bench.history(long).contains(.handedOver))
            #expect(try await bench.client.status(long).failures == 0)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a body that ignores the stop is cancelled and its run put back`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let script = Scripted { _, flow in
                notes.add("began")
                if flow.claims == 1 { try await Task.sleep(for: .seconds(3600)) }
                return flow.claims
            }
            var settings = FlowSettings.forTests
            settings.stop = .milliseconds(100)
            let worker = bench.worker(script, settings: settings)
            let run = try await bench.client.start(Scripted.self, 0)
            try await notes.wait(for: "began")
            try await worker.stopAndWait()
            #expect(try await bench.client.status(run).state == .waiting)
            bench.worker(script)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 2)
        }
    }
}
