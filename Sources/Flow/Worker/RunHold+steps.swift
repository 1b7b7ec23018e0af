import JSON
import Posix
import SQL
import Service
import Time

// What the steps of a held run read and write.
extension RunHold {
    /// Reads what earlier passes recorded. The first pass has nothing to read.
    func loadSteps() async throws {
        guard run.claims > 1 else { return }
        let steps = try await database.read { [run] session in
            try session.rows(
                "SELECT name, value, progress, failures, wake_at FROM run_step WHERE run_id = \(run.id)"
            ).map { (StepName(try $0.get("name")), try StepRecord($0)) }
        }
        setSteps(Dictionary(steps) { first, _ in first })
    }

    /// Runs a step's body, again by `retry` where it fails.
    func retrying<Value>(
        _ name: StepName, by retry: Retry, found: StepRecord, _ body: (Step) async throws -> Value
    ) async throws -> Value {
        if let wake = found.wakeAt, now < wake { throw leave(Suspension(until: wake)) }
        var failures = found.failures
        while true {
            do { return try await body(Step(name: name, attempt: failures + 1, hold: self)) } catch {
                if let departure = departure(for: error) { throw departure }
                // Whoever is being stopped fails in all kinds of ways; none of them is the step's own.
                if error is CancellationError || Task.isCancelled || isInterrupted {
                    throw error
                }
                switch retry.decide(error, failures: failures, chance: runtime.chance()) {
                case .giveUp: throw error
                case .again(let pause, let counted):
                    if counted { failures += 1 }
                    let wake = now + pause
                    try await recordFailure(error, of: name, failures: failures, until: wake)
                    try await self.pause(until: wake, for: pause)
                }
            }
        }
    }

    /// Waits here where the pause is short and leaves the run where it is long.
    private func pause(until wake: Instant, for pause: Duration) async throws {
        guard pause <= .seconds(2), !isInterrupted else {
            throw leave(Suspension(until: wake))
        }
        try await runtime.sleep(pause)
    }

    /// Whether the body was asked to come to rest.
    var isInterrupted: Bool { cancellation.value != nil || stopping.value != nil || expiry.value != nil }

    /// Writes a step's result, together with those of other runs.
    func record(_ value: String, for name: StepName, started: BootInstant) async throws {
        let result = StepWriter.Result(
            fence: fence, name: name, value: value, spent: runtime.now() - started)
        do {
            if try await !writer.record(result) { try await confirm(name) }
        } catch {
            throw departure(for: error) ?? error
        }
        beat()
        update(name) { $0.value = value }
    }

    /// Nothing was written, because the fence had fallen, or because the answer to an earlier try was lost after it had
    /// committed. A fence that holds now says nothing of then: the database's clock may have been set back.
    private func confirm(_ name: StepName) async throws {
        try await write { [fence] session in
            if try self.stored(name, in: session) == nil { throw fence.lost }
        }
    }

    /// Writes the result of a step that is not recorded yet in the transaction of its work.
    func record(_ value: String, for name: StepName, started: BootInstant, in session: any Session) throws {
        let result = StepWriter.Result(fence: fence, name: name, value: value, spent: runtime.now() - started)
        if try StepInsert([result], by: fence.worker).write(in: session).isEmpty { throw fence.lost }
    }

    /// The recorded result, from the store.
    func stored(_ name: StepName, in session: any Session) throws -> String? {
        try session.value(
            """
            SELECT value FROM run_step
            WHERE run_id = \(run.id) AND name = \(name.text) AND recorded_at IS NOT NULL
            """)
    }

    /// Writes that a step begins, before it does.
    func start(_ name: StepName) async throws {
        try await write { [run, fence] session in
            try session.run(
                """
                INSERT INTO run_step (run_id, name, lease_token, started_at)
                VALUES (\(run.id), \(name.text), \(run.token), \(session.dialect.now))
                ON CONFLICT (run_id, name) DO NOTHING
                """)
            try RunEvent.write(
                .stepStarted, of: run.id, by: fence.worker, detail: ["step": .string(name.text)], in: session)
        }
        update(name) { _ in }
    }

    func saveProgress(_ progress: String, of name: StepName) async throws {
        try await write { [run] session -> Void in
            try session.run(
                """
                INSERT INTO run_step (run_id, name, lease_token, started_at, progress)
                VALUES (\(run.id), \(name.text), \(run.token), \(session.dialect.now), \(progress))
                ON CONFLICT (run_id, name) DO UPDATE
                SET lease_token = excluded.lease_token, progress = excluded.progress
                """)
        }
        update(name) { $0.progress = progress }
    }

    private func recordFailure(_ error: any Error, of name: StepName, failures: Int, until wake: Instant) async throws {
        let failure = RunFailure(error)
        try await write { [run, fence] session in
            try session.run(
                """
                INSERT INTO run_step (run_id, name, lease_token, started_at, failures, wake_at)
                VALUES (\(run.id), \(name.text), \(run.token), \(session.dialect.now), \(failures), \(wake))
                ON CONFLICT (run_id, name) DO UPDATE
                SET lease_token = excluded.lease_token, failures = excluded.failures, wake_at = excluded.wake_at
                """)
            try RunEvent.write(
                .stepFailed, of: run.id, by: fence.worker,
                detail: [
                    "step": .string(name.text), "failures": .integer(failures), "message": .string(failure.message),
                ],
                in: session)
        }
        update(name) { step in
            step.failures = failures
            step.wakeAt = wake
        }
    }
}
