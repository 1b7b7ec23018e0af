import Flow
import JSON
import SQL

/// Runs scripts in one process and tells the ledger what they saw.
struct ScriptPlayer: Sendable {
    let process: SimulatedProcess
    private var world: World { process.world }

    func play(_ number: Int, _ flow: Flow) async throws -> Int {
        let script = world.scripts[number]
        for (index, action) in script.actions.enumerated() {
            try await perform(action, "\(index)", script, flow)
        }
        return number
    }

    private func perform(_ action: Script.Action, _ name: String, _ script: Script, _ flow: Flow) async throws {
        let key = Ledger.Key(run: flow.run, step: name)
        let step = StepName(name)
        switch action {
        case .step(let failures, let retry, let takes):
            let value = try await flow.step(step, retry: retry) {
                try await process.sleep(takes)
                if world.ledger.fails(key, count: failures) { throw Trouble() }
                return make(flow)
            }
            returned(value, key)
        case .pages(let count):
            let value = try await flow.step(step, retry: .upTo(2, pausing: .milliseconds(200))) { step in
                for page in (try step.progress(Int.self) ?? 0)..<count {
                    try await process.sleep(.milliseconds(300))
                    try await step.save(page + 1)
                }
                return make(flow)
            }
            returned(value, key)
        case .transaction:
            let value = try await flow.transaction(step) { session in
                let value = make(flow)
                try write(value, name, flow, session)
                return value
            }
            returned(value, key)
        case .fenced:
            try await flow.fenced { session in
                let there = try session.row("SELECT 1 FROM effect WHERE run_id = \(flow.run) AND name = \(name)")
                if there == nil { try write(make(flow), name, flow, session) }
            }
        case .once(let takes):
            let value: Int? = try await flow.atMostOnce(step) {
                if !process.isDead, !world.ledger.began(key) { world.violate("a body that may run once runs once") }
                try await process.sleep(takes)
                return make(flow)
            }
            returned(value ?? 0, key)
        case .sleep(let pause): try await flow.sleep(step, for: pause)
        case .child(let number, let waits, let timeout): try await child(number, name, waits, timeout, flow)
        case .wait(let signal, let timeout):
            returned(try await flow.wait(step, for: signal, timeout: timeout) == nil ? 0 : 1, key)
        case .take(let signal): returned(try await flow.take(step, signal) == nil ? 0 : 1, key)
        case .external(let duration): try await hold(duration, step, key, script, flow)
        case .parallel(let actions):
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, action) in actions.enumerated() {
                    group.addTask { try await perform(action, "\(name).\(index)", script, flow) }
                }
                try await group.waitForAll()
            }
        case .snooze(let pause): if world.ledger.fails(key, count: 1) { try flow.snooze(for: pause) }
        case .handOver: if world.ledger.fails(key, count: 1) { try flow.handOver() }
        case .fail(let times): if world.ledger.fails(key, count: times) { throw Trouble() }
        case .giveUp: try flow.giveUp(Trouble())
        case .idle(let duration):
            try await process.sleep(duration)
            try flow.checkpoint()
        }
    }

    private func child(
        _ number: Int, _ name: String, _ waits: Bool, _ timeout: Duration?, _ flow: Flow
    ) async throws {
        var options = world.scripts[number].options
        // A child whose key is taken would fail the parent.
        options.uniqueKey = nil
        let child = try await flow.start(
            StepName(name), ScriptedWorkflows.Plain.self, number, options: options)
        guard waits else { return }
        _ = try await flow.result(
            "\(name) result", of: child, ScriptedWorkflows.Plain.self, timeout: timeout)
    }

    private func hold(
        _ duration: Duration, _ step: StepName, _ key: Ledger.Key, _ script: Script, _ flow: Flow
    ) async throws {
        let value = try await flow.step(step) {
            try flow.checkpoint()
            let external = try External.begin(flow, process, slot: script.slot, for: duration)
            flow.whenInterrupted { _ in external.stop() }
            try await external.wait()
            try flow.checkpoint()
            return make(flow)
        }
        returned(value, key)
    }

    private func make(_ flow: Flow) -> Int {
        let value = world.freshNumber()
        world.ledger.made(value, under: flow.fence.token)
        return value
    }

    private func write(_ value: Int, _ name: String, _ flow: Flow, _ session: any Session) throws {
        try session.run(
            """
            INSERT INTO effect (run_id, name, token, value)
            VALUES (\(flow.run), \(name), \(flow.fence.token), \(value))
            """)
    }

    private func returned(_ value: Int, _ key: Ledger.Key) {
        if process.isDead { return }
        if !world.ledger.returned(value, key) { world.violate("a step answers the same in every pass") }
    }
}
