import Flow
import JSON
import Log
import SQL
import Service
import TestKit
import Testing

@Suite("Parking and word to running bodies", .timeLimit(.minutes(3)))
struct ParkingTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `a running run that is paused comes to rest and is parked`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            bench.worker(
                Scripted { input, flow in
                    try await flow.step("once") { notes.add("once") }
                    notes.add("pass")
                    if notes.count(of: "pass") == 1 {
                        _ = await flow.stopping.wait()
                        try flow.checkpoint()
                    }
                    return input
                })
            let run = try await bench.client.start(Scripted.self, 1)
            try await notes.wait(for: "pass")
            try await bench.client.signal(run, .pause)
            try await bench.wait(for: run, toBe: .parked)
            #expect(try await bench.client.status(run).parkedBecause == .paused)
            try await bench.client.signal(run, .resume)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 1)
            #expect(notes.all == ["once", "pass", "pass"])
            #expect(try await bench.history(run).contains(.resumed))
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a paused run stays parked when its worker dies, and can be cancelled`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let run = try await bench.client.start(Scripted.self, 1)
            let held = Latch<Bool>()
            let worker = bench.worker(
                Scripted { input, flow in
                    held.set(true)
                    try await Task.sleep(for: .seconds(3600))
                    return input
                })
            _ = await held.wait()
            try await bench.client.signal(run, .pause)
            worker.task.cancel()
            try await bench.wait(for: run, toBe: .parked)
            #expect(try await bench.client.signal(run, .cancel(reason: "enough")) == .ended)
            #expect(try await bench.client.status(run).state == .cancelled)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a run of a newer version is left to a newer worker`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let run = try await bench.client.start(Newer.self, 1)
            bench.worker(Older())
            var settings = FlowSettings.forTests
            settings.unserved = .milliseconds(1)
            let sweeper = RunSweeper(database: bench.database, settings: settings, log: .silent)
            while try await sweeper.park() == 0 { try await Task.sleep(for: .milliseconds(10)) }
            let status = try await bench.client.status(run)
            #expect(status.state == .parked && status.parkedBecause == .unserved && status.claims == 0)
            bench.worker(Newer())
            #expect(try await bench.client.result(of: run, Newer.self)?.output == 2)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a run parked beside the start of a worker that knows it is put back`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let run = try await bench.client.start(Older.self, 1)
            // The worker that begins sees nothing parked: the sweeper's commit comes after its own.
            try await bench.database.write { session -> Void in
                try session.run("UPDATE run SET due_at = due_at + 3600000000 WHERE id = \(run)")
            }
            bench.worker(Older())
            let sweeper = RunSweeper(database: bench.database, settings: .forTests, log: .silent)
            while try await bench.client.metrics().workers == 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await sweeper.putBack() == 0)
            try await bench.database.write { session -> Void in
                try session.run("UPDATE run SET state = 'parked', parked_because = 'unserved' WHERE id = \(run)")
            }
            #expect(try await sweeper.putBack() == 1)
            #expect(try await bench.client.result(of: run, Older.self)?.output == 1)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a run whose stored input is not understood is parked, not failed`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let run = try await bench.client.start(Wordy.self, "a word")
            bench.worker(Older())
            try await bench.wait(for: run, toBe: .parked)
            #expect(try await bench.client.status(run).parkedBecause == .unreadable)
            #expect(try await bench.client.history(of: run).last?.detail["message"] != nil)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a running body hears that something was updated, and takes it once`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let heard = Latch<Bool>()
            let begun = Latch<Bool>()
            bench.worker(
                Scripted { _, flow in
                    flow.whenSignalled("updated") { heard.set(true) }
                    begun.set(true)
                    _ = await heard.wait()
                    let first = try await flow.take("first", "updated")
                    let second = try await flow.take("second", "updated")
                    return (first == nil ? 0 : 1) + (second == nil ? 0 : 10)
                })
            let run = try await bench.client.start(Scripted.self, 1)
            _ = await begun.wait()
            try await bench.client.signal(run, .updated)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 1)
        }
    }
}

/// One workflow as three programs know it.
private struct Older: Workflow {
    static let name: WorkflowName = "versioned"
    func run(_ input: Int, in flow: Flow) async throws -> Int { input }
}

private struct Newer: Workflow {
    static let name: WorkflowName = "versioned"
    static let version = 2
    func run(_ input: Int, in flow: Flow) async throws -> Int { input * 2 }
}

private struct Wordy: Workflow {
    static let name: WorkflowName = "versioned"
    func run(_ input: String, in flow: Flow) async throws -> Int { 0 }
}
