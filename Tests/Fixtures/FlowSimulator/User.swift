import Flow
import JSON
import SQL

/// Starts runs and sends them word, as people and other programs do.
struct User: Sendable {
    let process: SimulatedProcess
    private var world: World { process.world }

    func run() async {
        let client = FlowClient(
            database: SimulatedDatabase(process: process), poll: .seconds(4), runtime: process.runtime)
        var started = 0
        let wanted = world.random.int(3...6)
        for _ in 0..<world.random.int(10...18) {
            try? await process.sleep(world.random.duration(0.05, 3.5))
            if Task.isCancelled { return }
            do {
                if started < wanted, world.random.isLucky(0.6) || started == 0 {
                    started += 1
                    try await start(client)
                } else {
                    try await talk(client)
                }
            } catch { world.say("\(process.label) was told: \(error)") }
        }
    }

    private func start(_ client: FlowClient) async throws {
        let number = world.random.int(0...(world.scripts.count - 1))
        let script = world.scripts[number]
        var tries = script.options.idempotencyKey == nil ? 1 : 3
        while true {
            do {
                let run =
                    switch script.kind {
                    case .plain:
                        try await client.start(ScriptedWorkflows.Plain.self, number, options: script.options)
                    case .stubborn:
                        try await client.start(ScriptedWorkflows.Stubborn.self, number, options: script.options)
                    case .newer:
                        try await client.start(ScriptedWorkflows.Newer.self, number, options: script.options)
                    case .unknown:
                        try await client.start(ScriptedWorkflows.Unknown.self, number, options: script.options)
                    }
                world.ledger.started.append(run)
                if world.random.isLucky(0.1) {
                    _ = try await client.result(of: run, ScriptedWorkflows.Plain.self, timeout: .seconds(20))
                }
                return
            } catch let error as DatabaseError where error.code == .unavailable {
                tries -= 1
                if tries == 0 { throw error }
            }
        }
    }

    private func talk(_ client: FlowClient) async throws {
        let runs = world.store.peek("SELECT id FROM run WHERE ended_at IS NULL ORDER BY id")
        guard !runs.isEmpty else { return }
        let run: RunID = try world.random.pick(runs).get("id")
        switch world.random.int(0...12) {
        case 0:
            let delivery = try await client.signal(run, .cancel(reason: "by \(process.label)"))
            if delivery != .late { world.ledger.cancelled.append((run, delivery == .ended)) }
        case 1, 2: try await client.signal(run, .pause)
        case 3, 4: try await client.signal(run, .resume)
        case 5: try await client.signal(run, .runNow)
        case 6, 7: try await client.signal(run, .updated)
        case 8: _ = try await client.status(run)
        default: try await client.signal(run, .custom("go", .integer(world.freshNumber())))
        }
    }
}
