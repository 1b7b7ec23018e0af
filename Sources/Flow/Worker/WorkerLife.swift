import Log
import Posix
import SQL
import Service
import Synchronization
import Time

/// What a worker does under one lease.
struct WorkerLife: Sendable {
    let claimer: RunClaimer
    let lease: WorkerLease
    private let roster = RunRoster()
    private let tally = WorkerTally()
    private let writer: StepWriter
    private var runtime: FlowRuntime { claimer.runtime }

    init(claimer: RunClaimer, lease: WorkerLease) {
        self.claimer = claimer
        self.lease = lease
        writer = StepWriter(database: claimer.database, lease: lease, runtime: claimer.runtime)
    }

    /// Returns when no run is held any more, after a stop or the loss of the lease.
    func live(until stop: StopSignal) async {
        let seats = claimer.seats.sorted { $0.key.text < $1.key.text }.map {
            Seats(queue: $0.key, count: $0.value, runtime)
        }
        lease.loss.whenSet { [roster] lost in
            roster.lose(lost)
            for seats in seats { seats.bell.ring() }
        }
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await claimer.keeper.keep(lease, tally: tally) }
                group.addTask { await watchSignals() }
                group.addTask { await wake(seats) }
                group.addTask { await stopInOrder(stop, seats) }
                await withTaskGroup(of: Void.self) { queues in
                    for seats in seats { queues.addTask { await serve(seats, until: stop) } }
                    // Without queues there is nothing to wait for but the stop.
                    if seats.isEmpty { await stop.wait() }
                }
                group.cancelAll()
            }
        } onCancel: {
            roster.abandon(at: runtime.now())
        }
        await leave()
    }

    /// Claims runs of a queue for as long as there are free seats; returns when the last one has left.
    private func serve(_ seats: Seats, until stop: StopSignal) async {
        await withDiscardingTaskGroup { group in
            seats.bell.ring()
            for await _ in seats.bell.rings {
                if stop.isRequested || lease.loss.value != nil { break }
                while case let free = seats.free, free > 0, !stop.isRequested, lease.loss.value == nil {
                    let claimed = await claim(seats.queue, limit: free)
                    for run in claimed {
                        seats.take()
                        group.addTask {
                            let pause = await hold(run)
                            seats.giveBack()
                            if let pause { ring(seats, after: pause) }
                        }
                    }
                    if claimed.count < free { break }
                }
            }
        }
    }

    private func claim(_ queue: QueueName, limit: Int) async -> [ClaimedRun] {
        let claim = RunClaim(worker: lease.worker, queue: queue, limit: limit)
        roster.beginClaim()
        do {
            // Not cancelled half way: a claim that has committed must not lose its answer.
            let claimed = try await runtime.persisting { [claimer] in
                try await claimer.database.write { try claim.write(in: $0, answeredAt: claimer.runtime.now) }
            }
            roster.endClaim(claimed)
            tally.count { counts in for run in claimed { counts.claimDelay.add(run.claimedAt - run.dueAt) } }
            return claimed
        } catch {
            roster.endClaim([])
            claimer.log.warning("Claiming failed: \(error)")
            return []
        }
    }

    /// Runs one claimed run's body and writes how it ended. Answers after which pause it will be due again, where that
    /// is soon.
    private func hold(_ run: ClaimedRun) async -> Duration? {
        guard let workflow = claimer.workflows[run.workflow] else { return nil }
        let hold = RunHold(run: run, lease: lease, database: claimer.database, writer: writer, runtime: runtime)
        let body = runtime.task {
            try await hold.keepTrying { try await hold.loadSteps() }
            return try await workflow.perform(in: Flow(hold: hold))
        }
        roster.add(hold, body)
        defer { roster.remove(hold) }
        let limits = LimitWatch(hold: hold, body: body, grace: claimer.settings.stop)
        let watch = limits.isNeeded ? runtime.task { await limits.watch() } : nil
        let outcome = await body.result
        watch?.cancel()
        let ending = RunEnding.decide(
            outcome,
            RunEnding.Circumstances(
                spent: hold.spent, isLost: hold.loss.value != nil, cancelReason: hold.cancellation.value?.reason,
                isHandingOver: hold.stopping.value != nil, timedOut: hold.expiry.value, failures: run.failures,
                retry: type(of: workflow).retry, chance: runtime.chance()))
        await write(ending, of: hold)
        return ending.pause(from: hold.now)
    }

    /// A run that this worker put to sleep for a moment is looked for when it wakes, not only at the next poll.
    private func ring(_ seats: Seats, after pause: Duration) {
        guard pause < .seconds(10) else { return }
        runtime.task {
            try await runtime.sleep(pause)
            seats.bell.ring()
        }
    }

    /// Writes an ending for as long as the lease lasts; after that another worker goes on with the run.
    private func write(_ ending: RunEnding, of hold: RunHold) async {
        do {
            try await runtime.persisting { [claimer] in
                try await hold.keepTrying {
                    try await claimer.database.write { try ending.write(under: hold.fence, in: $0) }
                }
            }
            tally.count { counts in
                counts.count(ending)
                if hold.expiry.value != nil { counts.timedOut += 1 }
            }
        } catch is LeaseLost {
            // Also where the answer to a first try was lost after it had committed.
            claimer.log.info("Run \(hold.run.id) was not this worker's any more when it ended.")
        } catch {
            claimer.log.error("How run \(hold.run.id) ended cannot be written: \(error)")
        }
    }

    /// Wakes the queues whenever there may be something to claim.
    private func wake(_ seats: [Seats]) async {
        await withTaskGroup(of: Void.self) { group in
            let notices = claimer.database.notices(on: FlowChannel.due)
            group.addTask { for await _ in notices { for seats in seats { seats.bell.ring() } } }
            for seats in seats { group.addTask { await seats.bell.tick(every: claimer.settings.poll) } }
        }
    }

    /// Tells runs of their cancellation, and gives back runs that are in our name though nobody runs them.
    private func watchSignals() async {
        let bell = Bell(runtime)
        await withTaskGroup(of: Void.self) { group in
            let notices = claimer.database.notices(on: FlowChannel.signal)
            group.addTask { for await _ in notices { bell.ring() } }
            group.addTask { await bell.tick(every: claimer.settings.poll) }
            for await _ in bell.rings {
                do { try await look() } catch  where !Task.isCancelled {
                    claimer.log.warning("Looking for signals failed: \(error)")
                } catch {}
            }
            group.cancelAll()
        }
    }

    private func look() async throws {
        let rows = try await claimer.database.read { [lease] session in
            try session.rows(
                """
                SELECT id, lease_token, cancel_reason, pause_requested_at FROM run
                WHERE worker_id = \(lease.worker) AND state = 'running' ORDER BY id
                """)
        }
        var held: [RunRoster.Held] = []
        for row in rows {
            let run = RunRoster.Held(run: try row.get("id"), token: try row.get("lease_token"))
            held.append(run)
            if let reason: String = try row.getOptional("cancel_reason") { roster.cancel(run, because: reason) }
            if try row.getOptional("pause_requested_at", as: Int64.self) != nil { pause(run) }
        }
        try await tellSignals()
        for stray in roster.reconcile(with: held) {
            let fence = RunFence(run: stray.run, token: stray.token, worker: lease.worker)
            try? await claimer.database.write { try RunEnding.handedOver.write(under: fence, in: $0) }
        }
    }

    /// Asks one run to come to rest, and cancels its body where it does not.
    private func pause(_ run: RunRoster.Held) {
        let until = runtime.now() + claimer.settings.stop
        guard let body = roster.handOver(run, HandOver(until: until)) else { return }
        runtime.task {
            try await runtime.sleep(claimer.settings.stop)
            body.cancel()
        }
    }

    private func tellSignals() async throws {
        let rows = try await claimer.database.read { [lease] session in
            try session.rows(
                """
                SELECT run.id, run.lease_token, run_signal.id AS signal_id, run_signal.name
                FROM run JOIN run_signal ON run_signal.run_id = run.id AND run_signal.taken_at IS NULL
                WHERE run.worker_id = \(lease.worker) AND run.state = 'running' ORDER BY run_signal.id
                """)
        }
        for row in rows {
            roster.tell(
                RunRoster.Held(run: try row.get("id"), token: try row.get("lease_token")),
                try row.get("signal_id"), SignalName(try row.get("name")))
        }
    }

    /// Lets short work finish, asks the rest to hand over, cancels what does not.
    private func stopInOrder(_ stop: StopSignal, _ seats: [Seats]) async {
        await stop.wait()
        if Task.isCancelled { return }
        let until = runtime.now() + claimer.settings.stop
        for seats in seats { seats.bell.ring() }
        do {
            try await runtime.sleep(claimer.settings.finish)
            roster.handOver(HandOver(until: until))
            try await runtime.sleep(until - runtime.now())
            roster.abandon(at: runtime.now())
        } catch {
            // Everything has left.
        }
    }

    /// Ends this life in the store, so that nobody waits for its lease to lapse. Where that fails, it lapses.
    private func leave() async {
        let release = WorkerRelease(
            worker: lease.worker, reason: lease.loss.value == nil ? .stopped : .lapsed, counts: tally.counts)
        do {
            _ = try await runtime.persisting { [claimer] in
                try await claimer.database.write { try release.write(in: $0) }
            }
        } catch {
            claimer.log.warning("The lease could not be returned; it lapses by itself: \(error)")
        }
    }
}

/// The seats of one queue.
private final class Seats: Sendable {
    let queue: QueueName
    let bell: Bell
    private let left: Mutex<Int>

    init(queue: QueueName, count: Int, _ runtime: FlowRuntime) {
        self.queue = queue
        bell = Bell(runtime)
        left = Mutex(count)
    }

    var free: Int { left.withLock { $0 } }

    func take() { left.withLock { $0 -= 1 } }

    func giveBack() {
        left.withLock { $0 += 1 }
        bell.ring()
    }
}
