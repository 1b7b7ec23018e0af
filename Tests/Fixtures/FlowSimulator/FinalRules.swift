import Flow
import JSON
import SQL

/// What must hold when the faults are over and everything has come to rest.
struct FinalRules {
    let world: World

    /// Nothing runs, and nothing is to be run: what has not ended is parked, or waits for word without a time.
    var isAtRest: Bool {
        !isOverdue
            && world.store.peek(
                """
                SELECT 1 FROM run WHERE state = 'running' OR state = 'waiting' AND (awaits IS NULL OR due_at < \(Int64.max))
                LIMIT 1
                """
            ).isEmpty
            && world.store.peek(
                """
                SELECT 1 FROM run WHERE parked_because = 'unserved' AND workflow <> 'unknown' LIMIT 1
                """
            ).isEmpty
            && world.store.peek(
                "SELECT 1 FROM schedule WHERE next_at <= last_at LIMIT 1"
            ).isEmpty
    }

    func check() {
        if isOverdue { world.violate("a run whose time is up ends") }
        if !isAtRest { world.violate("every run ends or waits with a reason") }
        for (rule, query) in Self.queries { if !world.store.peek(query).isEmpty { world.violate(rule) } }
        checkSteps()
        checkAnswers()
        checkHistories()
    }

    /// Each finds what should not be.
    private static let queries: [(String, Query)] = [
        ("a parked run has a reason", "SELECT 1 FROM run WHERE (state = 'parked') <> (parked_because IS NOT NULL)"),
        (
            "a run whose cancellation was asked for ends",
            "SELECT 1 FROM run WHERE cancel_reason IS NOT NULL AND ended_at IS NULL"
        ),
        (
            "a run that is to pause is parked",
            "SELECT 1 FROM run WHERE pause_requested_at IS NOT NULL AND state IN ('waiting', 'running')"
        ),
        (
            "no signal is lost",
            """
            SELECT 1 FROM run JOIN run_signal ON run_signal.run_id = run.id AND run_signal.name = run.awaits
            WHERE run.state = 'waiting' AND run_signal.taken_at IS NULL
            """
        ),
        (
            "no end of a child is lost",
            """
            SELECT 1 FROM run AS child JOIN run AS parent ON parent.id = child.parent_id
            WHERE child.ended_at IS NOT NULL AND parent.state = 'waiting'
              AND parent.awaits = 'run ' || child.id || ' ended'
            """
        ),
        (
            "what is taken is recorded",
            """
            SELECT 1 FROM run WHERE
                (SELECT count(*) FROM run_signal WHERE run_id = run.id AND taken_at IS NOT NULL)
                <> (SELECT count(*) FROM run_step WHERE run_id = run.id AND value LIKE '[_%' AND value <> '[]')
            """
        ),
        (
            "only running runs hold slots",
            "SELECT 1 FROM slot JOIN run ON run.id = slot.run_id WHERE run.state <> 'running'"
        ),
        (
            "an effect and its step are there together",
            """
            SELECT 1 FROM run_step JOIN effect ON effect.run_id = run_step.run_id AND effect.name = run_step.name
            WHERE run_step.recorded_at IS NULL OR run_step.value <> CAST(effect.value AS TEXT)
            """
        ),
        (
            "a step starts one child",
            """
            SELECT 1 FROM run JOIN run_step ON run_step.run_id = run.parent_id AND run_step.value = CAST(run.id AS TEXT)
            WHERE run.parent_id IS NOT NULL GROUP BY run.id HAVING count(*) > 1
            """
        ),
        (
            "a child has its parent's step",
            """
            SELECT 1 FROM run WHERE parent_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM run_step WHERE run_step.run_id = run.parent_id AND run_step.value = CAST(run.id AS TEXT))
            """
        ),
        (
            "every due slot of a schedule fires",
            """
            SELECT 1 FROM schedule WHERE (next_at - first_at) / every <> (
                SELECT count(*) FROM firing WHERE schedule_id = schedule.id)
            """
        ),
    ]

    /// Whether there is a run whose time is up.
    private var isOverdue: Bool {
        let now = world.databaseNow
        return !world.store.peek(
            """
            SELECT 1 FROM run
            WHERE state = 'waiting' AND (expires_at <= \(now) OR claims = 0 AND wait_until <= \(now)) LIMIT 1
            """
        ).isEmpty
    }

    /// What is stored is what the bodies got, and was made by the pass whose token it bears.
    private func checkSteps() {
        for row in world.store.peek(
            "SELECT run_id, name, value, lease_token FROM run_step WHERE recorded_at IS NOT NULL ORDER BY run_id, name")
        {
            guard let run: RunID = try? row.get("run_id"), let name: String = try? row.get("name"),
                let text: String = try? row.get("value"), let token: Int64 = try? row.get("lease_token")
            else { return world.violate("the steps can be read") }
            guard let value = Int(text) else { continue }
            let key = Ledger.Key(run: run, step: name)
            if let maker = world.ledger.makers[value], maker != token {
                world.violate("a step is recorded by the pass that took it")
            }
            if let returned = world.ledger.values[key], returned != value {
                world.violate("what a step answered is what is stored")
            }
        }
    }

    /// What users were told is so.
    private func checkAnswers() {
        for run in world.ledger.started where world.store.peek("SELECT 1 FROM run WHERE id = \(run)").isEmpty {
            world.violate("a run whose start was confirmed exists")
        }
        for (run, ended) in world.ledger.cancelled {
            let state: String? = try? world.store.peek("SELECT state FROM run WHERE id = \(run)").first?.get("state")
            if ended, state != "cancelled" { world.violate("a run whose cancellation was confirmed is cancelled") }
        }
    }
}
