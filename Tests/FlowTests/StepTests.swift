import Flow
import SQL
import Service
import TestKit
import Testing
import Time

@Suite("Steps", .timeLimit(.minutes(3)))
struct StepTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `a step recorded before a crash is not run again`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let script = Scripted { input, flow in
                let first = try await flow.step("first") { _ in
                    notes.add("first")
                    return input + 1
                }
                let second = try await flow.step("second") { step in
                    notes.add("second")
                    if flow.claims == 1 { try await Task.sleep(for: .seconds(3600)) }
                    return first * 10
                }
                return second + 1
            }
            let line = SeverableDatabase(bench.database)
            bench.worker(script, settings: Workbench.brief, database: line)
            let run = try await bench.client.start(Scripted.self, 4)
            try await notes.wait(for: "second")
            line.sever()
            bench.worker(script)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 51)
            #expect(notes.all == ["first", "second", "second"])
            #expect(
                try await bench.history(run) == [
                    .created, .claimed, .stepRecorded, .lapsed, .rescued, .claimed, .stepRecorded, .succeeded,
                ])
            let status = try await bench.client.status(run)
            #expect(status.claims == 2)
            #expect(status.failures == 0)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a transaction's work and its record are committed together or not at all`(
        _ engine: Dialect.Engine
    ) async throws {
        try await Workbench.open(engine) { bench in
            try await bench.database.write { _ = try $0.run("CREATE TABLE work (n BIGINT)") }
            let script = Persistent { _, flow in
                try await flow.transaction("work") { session in
                    try session.run("INSERT INTO work (n) VALUES (\(flow.claims))")
                    if flow.claims == 1 { throw Trouble() }
                    return 0
                }
                if flow.claims == 2 { throw Trouble() }
                return 1
            }
            bench.worker(script)
            let run = try await bench.client.start(Persistent.self, 0)
            #expect(try await bench.client.result(of: run, Persistent.self)?.output == 1)
            let rows = try await bench.database.read { session in
                try session.rows("SELECT n FROM work").map { try $0.get("n", as: Int.self) }
            }
            #expect(rows == [2])
            #expect(try await bench.client.status(run).failures == 2)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what may happen at most once is not begun again after a crash`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let script = Scripted { _, flow in
                let attempt = try await flow.atMostOnce("attempt") {
                    notes.add("begun")
                    try await Task.sleep(for: .seconds(3600))
                    return 7
                }
                let other = try await flow.atMostOnce("other") { 5 }
                // The nil is recorded too: a third pass sees it as the second did.
                if flow.claims == 2 { try flow.snooze(for: .zero) }
                return (attempt ?? 100) + (other ?? 1000)
            }
            let line = SeverableDatabase(bench.database)
            bench.worker(script, settings: Workbench.brief, database: line)
            let run = try await bench.client.start(Scripted.self, 0)
            try await notes.wait(for: "begun")
            line.sever()
            bench.worker(script)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 105)
            #expect(notes.count(of: "begun") == 1)
            #expect(try await bench.client.status(run).claims == 3)
        }
    }

    @Test func `a name used twice in one pass is refused`() async throws {
        try await Workbench.open(.sqlite) { bench in
            bench.worker(
                Scripted { _, flow in
                    try await flow.step("same") { 1 }
                    return try await flow.step("same") { 2 }
                })
            let run = try await bench.client.start(Scripted.self, 0)
            guard case .failed(let failure) = try await bench.client.result(of: run, Scripted.self) else {
                Issue.record("The run did not fail.")
                return
            }
            #expect(failure.kind == "Flow.FlowError")
            #expect(failure.message.contains("\"same\" was used twice"))
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `steps run side by side are each recorded`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(
                Scripted { input, flow in
                    async let left = flow.step("left") { input * 2 }
                    async let right = flow.step("right") { input * 3 }
                    return try await left + right
                })
            let run = try await bench.client.start(Scripted.self, 5)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 25)
            #expect(try await bench.history(run).filter { $0 == .stepRecorded }.count == 2)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a sleeping run holds no task and comes back to its line`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            bench.worker(
                Scripted { _, flow in
                    try await flow.step("before") { notes.add("before") }
                    defer { notes.add("left") }
                    // Swallowing the suspension does not keep the run here.
                    try? await flow.sleep("rest", for: .seconds(2))
                    try await flow.step("after") { notes.add("after") }
                    return 1
                }, seats: 1)
            let run = try await bench.client.start(Scripted.self, 0)
            try await bench.wait(for: run, toBe: .waiting)
            try await notes.wait(for: "left")
            #expect(notes.all == ["before", "left"])
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 1)
            #expect(notes.all == ["before", "left", "after", "left"])
            #expect(try await bench.client.status(run).claims == 2)
            #expect(
                try await bench.history(run) == [
                    .created, .claimed, .stepRecorded, .stepRecorded, .slept, .claimed, .stepRecorded, .succeeded,
                ])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a failing step is tried again and its count survives a hand-over`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            let script = Scripted { _, flow in
                try await flow.step("stubborn", retry: .upTo(3, pausing: .milliseconds(5))) { step in
                    notes.add("try \(step.attempt)")
                    if let saved: Int = try step.progress() { notes.add("from \(saved)") }
                    try await step.save(step.attempt)
                    if step.attempt == 2, flow.claims == 1 { try flow.handOver() }
                    if step.attempt < 4 { throw Trouble() }
                    return step.attempt
                }
            }
            bench.worker(script)
            let run = try await bench.client.start(Scripted.self, 0)
            #expect(try await bench.client.result(of: run, Scripted.self)?.output == 4)
            #expect(notes.all == ["try 1", "try 2", "from 1", "try 2", "from 2", "try 3", "from 2", "try 4", "from 3"])
            #expect(try await bench.client.status(run).failures == 0)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a long pause before a retry leaves the run`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(
                Scripted { _, flow in
                    try await flow.step("slow", retry: .upTo(1, pausing: .seconds(3600))) { step in
                        if step.attempt == 1 { throw Trouble() }
                        return step.attempt
                    }
                })
            let run = try await bench.client.start(Scripted.self, 0)
            while try await !bench.history(run).contains(.slept) { try await Task.sleep(for: .milliseconds(5)) }
            let status = try await bench.client.status(run)
            #expect(status.state == .waiting)
            #expect(status.dueAt > status.createdAt + .seconds(3500))
        }
    }
}
