import Flow

extension Plant {
    static let all: [Plant] = [
        Plant(
            name: "fence without token",
            edits: [
                Edit("run.lease_token = $2 AND run.worker_id", "run.worker_id"),
                Edit("run.lease_token = step.token AND run.worker_id", "run.worker_id"),
            ]),
        Plant(
            name: "fence without lease",
            edits: [
                Edit("WHERE worker.id = $4 AND worker.ended_at IS NULL AND worker.lease_until >", "WHERE 1 OR 0 <"),
                Edit(
                    "AND EXISTS (SELECT 1 FROM worker WHERE id = ", "AND EXISTS (SELECT 1 FROM worker WHERE 1 OR id = "),
            ]),
        Plant(
            name: "claim of held runs",
            edits: [Edit("WHERE queue = $1 AND state = 'waiting' AND", "WHERE queue = $1 AND ended_at IS NULL AND")]),
        Plant(
            name: "claim before due",
            edits: [Edit("AND state = 'waiting' AND due_at <= ", "AND state = 'waiting' AND 0 <= ")]),
        Plant(
            name: "claim without lease",
            edits: [Edit("WHERE worker.id = $5 AND worker.ended_at IS NULL AND worker.lease_until >", "WHERE 1 OR 0 <")]
        ),
        Plant(name: "lost wake-up", edits: [Edit("AND state = 'waiting' AND awaits = $2", "AND 0")]),
        Plant(
            name: "sleep over a signal",
            edits: [Edit("AND run_signal.taken_at IS NULL) THEN", "AND 0) THEN")]),
        Plant(name: "lease on the client's clock", usesClientClock: true),
        Plant(
            name: "rescue from a lease that lasts",
            edits: [Edit("lease_until <= ", "lease_until - 9000000 <= ")]),
        Plant(
            name: "rescue that forgets",
            edits: [
                Edit("SELECT id FROM run WHERE worker_id = $1 AND state = 'running'", "SELECT id FROM run WHERE 0 = $1")
            ]),
        Plant(
            name: "slots taken unseen",
            edits: [
                Edit("slot.key = run_slot.key AND slot.run_id IS NULL", "slot.key = run_slot.key"),
                Edit("SELECT n FROM slot WHERE key = $3 AND run_id IS NULL", "SELECT n FROM slot WHERE key = $3"),
            ]),
        Plant(
            name: "slots kept",
            edits: [Edit("UPDATE slot SET run_id = NULL WHERE run_id", "UPDATE slot SET n = n WHERE run_id")]),
        Plant(name: "no unique key", schema: "DROP INDEX run_unique_key"),
        Plant(name: "no idempotency key", schema: "DROP INDEX run_idempotency_key"),
        Plant(
            name: "signal taken twice",
            edits: [Edit("UPDATE run_signal SET taken_at = ", "UPDATE run_signal SET sent_at = ")]),
        Plant(name: "step overwritten", edits: [Edit("WHERE run_step.recorded_at IS NULL", "WHERE 1")]),
        Plant(
            name: "at most once forgotten",
            edits: [
                Edit(
                    "wake_at FROM run_step WHERE run_id = $1",
                    "wake_at FROM run_step WHERE recorded_at > 0 AND run_id = $1")
            ]),
        Plant(
            name: "cancellation overlooked",
            edits: [
                Edit(
                    "SELECT cancel_reason, pause_requested_at FROM",
                    "SELECT NULL AS cancel_reason, pause_requested_at FROM")
            ]),
        Plant(
            name: "parent not told",
            edits: [Edit("RETURNING parent_id, wants_slots", "RETURNING NULL AS parent_id, wants_slots")]),
        Plant(
            name: "limits never looked at",
            edits: [
                Edit("state = 'waiting' AND expires_at <= ", "0 AND expires_at <= "),
                Edit("state = 'waiting' AND claims = 0 AND wait_until <= ", "0 AND wait_until <= "),
            ]),
        Plant(
            name: "no time kept back",
            settings: { settings in
                settings.grace = .zero
                settings.margin = .zero
            }),
    ]
}
