import Flow
import SQL
import TestKit
import Testing

@Suite("Fairness", .timeLimit(.minutes(3)))
struct FairnessTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `a workspace with much waiting does not hold up another with little`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            func start(_ count: Int, _ workspace: String, _ priority: RunPriority = .scheduled) async throws -> [RunID]
            {
                try await bench.database.write { session in
                    try (0..<count).map { number in
                        try bench.client.start(
                            Scripted.self, number + (workspace == "small" ? 1000 : 0), in: session,
                            options: StartOptions(priority: priority, workspace: workspace))
                    }
                }
            }
            var runs = try await start(20, "large")
            runs += try await start(3, "small")
            runs += try await start(1, "large", .manual)
            bench.worker(
                Scripted { input, _ in
                    notes.add(input >= 1000 ? "small" : "large")
                    return input
                }, seats: 1)
            for run in runs { _ = try await bench.client.result(of: run, Scripted.self) }
            // The urgent one first, then turn by turn.
            #expect(notes.all.prefix(7) == ["large", "large", "small", "large", "small", "large", "small"])
            #expect(notes.count(of: "large") == 21)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `one that comes late begins with the turn the queue has come to`(_ engine: Dialect.Engine) async throws {
        try await Workbench.open(engine) { bench in
            let notes = Notes()
            func start(_ count: Int, _ first: Int, _ workspace: String) async throws -> [RunID] {
                try await bench.database.write { session in
                    try (0..<count).map { number in
                        try bench.client.start(
                            Scripted.self, first + number, in: session, options: StartOptions(workspace: workspace))
                    }
                }
            }
            var runs = try await start(10, 0, "early")
            let worker = bench.worker(
                Scripted { input, _ in
                    notes.add("\(input)")
                    return input
                }, seats: 1)
            for run in runs.prefix(6) { _ = try await bench.client.result(of: run, Scripted.self) }
            try await worker.stopAndWait()
            let done = notes.all.count
            runs += try await start(10, 100, "late")
            bench.worker(
                Scripted { input, _ in
                    notes.add("\(input)")
                    return input
                }, seats: 1)
            for run in runs { _ = try await bench.client.result(of: run, Scripted.self) }
            // What is left of the early ones is not put off until the late ones have caught up.
            let rest = notes.all.dropFirst(done).prefix(2 * (10 - done)).map { $0.count }
            #expect(rest.filter { $0 == 1 }.count == 10 - done)
        }
    }
}
