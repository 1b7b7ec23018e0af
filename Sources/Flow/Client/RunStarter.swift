internal import JSON
package import SQL
internal import Time

/// Starts runs inside the caller's transaction: what the transaction writes and the run exist together or not at all.
package struct RunStarter: Sendable {
    package init() {}

    /// Answers the new run, or the one that was started with the same idempotency key.
    ///
    /// Throws `FlowError.Code.uniqueKeyTaken` where a live run holds the unique key; the transaction may go on.
    @discardableResult
    package func start<W: Workflow>(
        _ workflow: W.Type, _ input: W.Input, in session: any Session, options: StartOptions = StartOptions(),
        parent: RunID? = nil
    ) throws -> RunID {
        let text: String
        do { text = try JSON.encode(input).text } catch {
            throw FlowError(.badValue, "The input of \(W.name) cannot be written as JSON.")
        }
        var options = options
        options.limits = options.limits.filled(from: W.limits)
        return try start(
            W.name, version: W.version, queue: options.queue ?? W.queue, input: text, options: options, parent: parent,
            in: session)
    }

    private func start(
        _ workflow: WorkflowName, version: Int, queue: QueueName, input: String, options: StartOptions, parent: RunID?,
        in session: any Session
    ) throws -> RunID {
        try WorkflowName.check(workflow)
        try QueueName.check(queue)
        for key in [options.uniqueKey, options.idempotencyKey].compactMap(\.self) + options.slots.map(\.name) {
            guard !key.isEmpty, key.utf8.count <= 500, !key.utf8.contains(0) else {
                throw FlowError(.badValue, "A key must have 1 to 500 bytes, none of them zero.")
            }
        }
        // A key's holder may end between the two looks; a second round then finds the key free.
        for _ in 0..<3 {
            if let run = try insert(workflow, version, queue, input, options, parent, session) { return run }
            if let key = options.idempotencyKey {
                let earlier: RunID? = try session.value(
                    "SELECT id FROM run WHERE workflow = \(workflow.text) AND idempotency_key = \(key)")
                if let earlier { return earlier }
            }
            if let key = options.uniqueKey {
                let holder: RunID? = try session.value(
                    "SELECT id FROM run WHERE unique_key = \(key) AND ended_at IS NULL")
                if let holder {
                    throw FlowError(
                        .uniqueKeyTaken(holder), "Run \(holder) holds the key \"\(key)\" until it has ended.")
                }
            }
        }
        throw DatabaseError(.conflict, "The keys of a new run changed hands while it was started.")
    }

    /// Nil where one of the keys is taken.
    private func insert(
        _ workflow: WorkflowName, _ version: Int, _ queue: QueueName, _ input: String, _ options: StartOptions,
        _ parent: RunID?,
        _ session: any Session
    ) throws -> RunID? {
        let now = Instant(microseconds: try session.now())
        let due =
            switch options.due {
            case .now: now
            case .after(let pause): now + pause
            case .at(let instant): instant
            }
        let run: RunID? = try session.value(
            """
            INSERT INTO run (workflow, version, queue, workspace, parent_id, state, priority, turn, due_at, wait_until,
                             run_limit, silence_limit, unique_key, idempotency_key, wants_slots, created_at, input)
            VALUES (\(workflow.text), \(version), \(queue.text), \(options.workspace), \(parent), 'waiting',
                    \(options.priority.level), (\(turn(queue, options, now))), \(due),
                    \(options.limits.queueWait.map { due + $0 }), \(options.limits.runTime?.wholeMicroseconds),
                    \(options.limits.silence?.wholeMicroseconds), \(options.uniqueKey), \(options.idempotencyKey),
                    \(options.slots.isEmpty ? 0 : 1), \(now), \(input))
            ON CONFLICT DO NOTHING
            RETURNING id
            """)
        guard let run else { return nil }
        for slot in options.slots { try want(slot, for: run, in: session) }
        try RunEvent.write(.created, of: run, in: session)
        try session.notify(FlowChannel.due)
        return run
    }

    /// Whose turn it is when the run is due. A workspace's runs take one turn after the other, and its first begins with
    /// the turn that the queue has come to: so workspaces that have much waiting alternate, and one that has little
    /// never waits behind another's many (start-time fair queueing).
    private func turn(_ queue: QueueName, _ options: StartOptions, _ now: Instant) -> Query {
        let current: Query = """
            SELECT min(turn) AS turn FROM run
            WHERE queue = \(queue.text) AND priority = \(options.priority.level) AND state = 'waiting'
              AND due_at <= \(now)
            """
        guard let workspace = options.workspace else { return "SELECT COALESCE((\(current)), 0)" }
        return """
            SELECT COALESCE(max(turn), 0) FROM (
                \(current)
                UNION ALL
                SELECT max(turn) + 1 FROM run
                WHERE queue = \(queue.text) AND priority = \(options.priority.level) AND state = 'waiting'
                  AND workspace = \(workspace)) AS turns
            """
    }

    /// Notes that the run needs a slot of the key, and makes or removes slots until the limit is met.
    private func want(_ slot: SlotKey, for run: RunID, in session: any Session) throws {
        try session.run(
            "INSERT INTO run_slot (run_id, key) VALUES (\(run), \(slot.name)) ON CONFLICT DO NOTHING")
        // Locked against deletion, so that a slot which is being pruned is seen to go, and one that stays is not pruned
        // under the run; not against claims and other starts.
        let last: Int =
            try session.row(
                "SELECT n FROM slot WHERE key = \(slot.name) ORDER BY n DESC \(session.dialect.forKeyShare)"
            )?.get("n") ?? 0
        for n in stride(from: last + 1, through: slot.limit, by: 1) {
            try session.run("INSERT INTO slot (key, n) VALUES (\(slot.name), \(n)) ON CONFLICT DO NOTHING")
        }
        if last > slot.limit {
            try session.run("DELETE FROM slot WHERE key = \(slot.name) AND n > \(slot.limit) AND run_id IS NULL")
        }
    }
}
