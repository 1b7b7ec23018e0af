import Flow
import SQL

extension FinalRules {
    /// Played over again, a run's history leads to its state.
    func checkHistories() {
        var states: [Int64: String] = [:]
        var claims: [Int64: Int] = [:]
        for row in world.store.peek("SELECT run_id, kind FROM run_event ORDER BY id") {
            guard let run: Int64 = try? row.get("run_id"), let kind: String = try? row.get("kind") else { continue }
            let state = states[run] ?? "none"
            guard let next = Self.state(after: kind, from: state) else {
                world.say("run \(run): \(kind) while \(state)")
                return world.violate("a history holds only what can happen")
            }
            states[run] = next
            if kind == "claimed" { claims[run, default: 0] += 1 }
        }
        for row in world.store.peek("SELECT id, state, claims FROM run ORDER BY id") {
            guard let run: Int64 = try? row.get("id"), let state: String = try? row.get("state"),
                let count: Int = try? row.get("claims")
            else { continue }
            if states[run] != state { world.violate("a history leads to the state of its run") }
            if claims[run, default: 0] != count { world.violate("every claim is in the history") }
        }
    }

    /// Nil where the line cannot follow.
    private static func state(after kind: String, from state: String) -> String? {
        switch (kind, state) {
        case ("created", "none"): "waiting"
        case ("claimed", "waiting"): "running"
        case ("step_started", "running"), ("step_failed", "running"), ("lapsed", "running"): "running"
        case ("slept", "running"), ("retried", "running"), ("handed_over", "running"), ("rescued", "running"): "waiting"
        case ("parked", "running"), ("parked", "waiting"), ("parked", "parked"): "parked"
        case ("resumed", "parked"): "waiting"
        case ("signalled", "waiting"), ("signalled", "running"), ("signalled", "parked"): state
        case ("timed_out", "waiting"): "waiting"
        case ("succeeded", "running"): "succeeded"
        case ("failed", "running"), ("failed", "waiting"): "failed"
        case ("cancelled", "running"), ("cancelled", "waiting"), ("cancelled", "parked"): "cancelled"
        default: nil
        }
    }
}
