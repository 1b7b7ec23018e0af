import Flow
import SQL

/// Fires due slots of schedules: the run, the note that it was fired and the next slot in one transaction.
struct Firer: Sendable {
    let process: SimulatedProcess
    let database: SimulatedDatabase

    func run() async {
        while !Task.isCancelled {
            _ = try? await database.write { try fire(in: $0) }
            try? await process.sleep(.seconds(4))
        }
    }

    private func fire(in session: any Session) throws {
        let due = try session.rows(
            """
            SELECT id, next_at, every, script FROM schedule
            WHERE next_at <= \(session.dialect.now) AND next_at <= last_at ORDER BY id \(session.dialect.forUpdate)
            """)
        for row in due {
            let schedule: Int64 = try row.get("id")
            let slot: Int64 = try row.get("next_at")
            let script: Int = try row.get("script")
            let run = try RunStarter().start(
                ScriptedWorkflows.Plain.self, script, in: session,
                options: StartOptions(
                    idempotencyKey: "schedule \(schedule) at \(slot)",
                    slots: process.world.scripts[script].options.slots))
            try session.run("INSERT INTO firing (schedule_id, slot, run_id) VALUES (\(schedule), \(slot), \(run))")
            try session.run("UPDATE schedule SET next_at = next_at + every WHERE id = \(schedule)")
        }
    }
}
