import Flow
import Log
import SQL
import Service
import TestKit
import Testing

@Suite("Limits of time", .timeLimit(.minutes(3)))
struct LimitTests {
    private func sweeper(_ bench: Workbench) -> RunSweeper {
        RunSweeper(database: bench.database, settings: .forTests, log: .silent)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a run that no worker takes in time fails and says so`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let patient = try await bench.client.start(Scripted.self, 1)
            let run = try await bench.client.start(
                Scripted.self, 2, options: StartOptions(limits: RunLimits(queueWait: .milliseconds(1))))
            try await Task.sleep(for: .milliseconds(5))
            #expect(try await sweeper(bench).expire() == 1)
            let failure = try await bench.client.status(run).failure
            #expect(failure?.message.hasPrefix("No worker took the run within 0 s.") == true)
            #expect(try await bench.history(run).contains(.timedOut))
            #expect(try await bench.client.status(patient).state == .waiting)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a body that runs too long is told and its run fails for good`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            bench.worker(
                Persistent { input, flow in
                    notes.add("begun")
                    let told = Latch<Bool>()
                    flow.whenInterrupted { if $0 is TimedOut { told.set(true) } }
                    _ = await told.wait()
                    // It may still record what it came to.
                    try await flow.step("last words") { notes.add("recorded") }
                    throw Trouble()
                })
            let run = try await bench.client.start(
                Persistent.self, 1, options: StartOptions(limits: RunLimits(runTime: .milliseconds(50))))
            try await bench.wait(for: run, toBe: .failed)
            #expect(try await bench.client.status(run).failure?.message == "The run did not end within 0 s, its limit.")
            #expect(notes.all == ["begun", "recorded"])
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a body that ignores its limit is cancelled`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            var settings = FlowSettings.forTests
            settings.stop = .milliseconds(30)
            bench.worker(
                Scripted { input, _ in
                    try await Task.sleep(for: .seconds(3600))
                    return input
                }, settings: settings)
            let run = try await bench.client.start(
                Scripted.self, 1, options: StartOptions(limits: RunLimits(runTime: .milliseconds(20))))
            try await bench.wait(for: run, toBe: .failed)
            #expect(try await bench.client.status(run).failure?.message == "The run did not end within 0 s, its limit.")
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a sleeping run whose time is up fails without a worker`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            bench.worker(
                Scripted { input, flow in
                    try await flow.sleep("for long", for: .seconds(3600))
                    return input
                })
            let run = try await bench.client.start(
                Scripted.self, 1, options: StartOptions(limits: RunLimits(runTime: .milliseconds(200))))
            let sweeper = sweeper(bench)
            while try await sweeper.expire() == 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await bench.client.status(run).state == .failed)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `silence is a failure that is tried again, and signs of life end it`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            bench.worker(
                Persistent { input, flow in
                    notes.add("begun")
                    if notes.all.count == 1 {
                        _ = await flow.expiry.wait()
                        throw Trouble()
                    }
                    for _ in 0..<20 {
                        flow.beat()
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    return input
                })
            let run = try await bench.client.start(
                Persistent.self, 7, options: StartOptions(limits: RunLimits(silence: .milliseconds(300))))
            #expect(try await bench.client.result(of: run, Persistent.self)?.output == 7)
            #expect(notes.all == ["begun", "begun"])
            #expect(try await bench.client.status(run).failures == 1)
        }
    }
}
