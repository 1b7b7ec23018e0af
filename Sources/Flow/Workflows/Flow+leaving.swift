package import Posix
package import Service

// How a body learns that it should stop, and how it leaves.
extension Flow {
    /// Set when the run's cancellation is asked for. The body should stop what it does in good order and throw the
    /// value, or call `cancel`; until then it may go on to record.
    package var cancellation: Latch<Cancelled> { hold.cancellation }

    /// Set when the worker is stopping or the run is to pause. The body should stop soon and throw the value; the run is
    /// then put back at once, or parked. What still runs at `until` is cancelled, and put back all the same.
    package var stopping: Latch<HandOver> { hold.stopping }

    /// Set when a limit of the run has passed. The body should stop in good order and throw; until then it may go on to
    /// record. What still runs after the worker's stopping time is cancelled.
    package var expiry: Latch<TimedOut> { hold.expiry }

    /// Set when the run is this worker's no more. The body's task is cancelled at the same moment.
    package var loss: Latch<LeaseLost> { hold.loss }

    /// Until when the run's processes may go on if no further renewal counts. It moves on every few seconds.
    package var leaseDeadline: BootInstant { hold.lease.deadline }

    /// The deadline as it stands and each later one, for handing on to a guard process.
    package var leaseDeadlines: AsyncStream<BootInstant> { hold.lease.deadlines() }

    /// Throws what the body should leave with: a lost lease, a cancellation or a hand-over, where there is one.
    package func checkpoint() throws {
        try hold.checkHeld()
        if let cancelled = cancellation.value { throw hold.leave(cancelled) }
        if let timedOut = expiry.value { throw timedOut }
        if let handOver = stopping.value { throw hold.leave(handOver) }
    }

    /// Calls `handler` with what the body should leave with, as soon as there is something, at once where there is.
    /// It is called once per reason, on any thread, and must not block.
    package func whenInterrupted(_ handler: @escaping @Sendable (any Error) -> Void) {
        loss.whenSet { handler($0) }
        cancellation.whenSet { handler($0) }
        expiry.whenSet { handler($0) }
        stopping.whenSet { handler($0) }
    }

    /// A sign of life, for a run with a limit on silence; recorded steps are others.
    package func beat() { hold.beat() }

    /// Ends the run as cancelled.
    package func cancel(_ reason: String) throws -> Never { throw hold.leave(Cancelled(reason)) }

    /// Puts the run back at once, for another worker to go on with.
    package func handOver() throws -> Never {
        throw hold.leave(stopping.value ?? HandOver(until: hold.runtime.now()))
    }

    /// Leaves the run and begins it again after `pause`, without using up a try.
    package func snooze(for pause: Duration) throws -> Never { throw hold.leave(Snooze(for: pause)) }

    /// Fails the run for good.
    package func giveUp(_ cause: any Error) throws -> Never { throw hold.leave(GiveUp(cause)) }
}
