/// The kinds of trouble that a simulation makes.
enum Fault: Int, CaseIterable, Sendable {
    /// A transaction does not reach the database.
    case lostRequest
    /// A transaction commits, and its sender is told that the database is unavailable.
    case lostAnswer
    /// What a transaction answered, or a read saw, comes in long after.
    case lateAnswer
    /// A transaction is rolled back, and its sender told that it lost against others or found the disk full.
    case refusal
    /// A transaction stays on its way for so long that the lease may be over when it comes in.
    case delayedWrite
    /// A transaction whose answer was lost is delivered a second time.
    case duplicateDelivery
    /// A transaction loses against another one and is run again.
    case conflict
    /// A row that a statement would take is held by another transaction, so the statement skips it.
    case lockedRow
    case lostNotice, madeUpNotice
    /// Nobody reaches the database for a while.
    case databaseAway
    /// One machine does not.
    case partition
    /// A process ends from one instruction to the next.
    case crash
    /// A process does nothing for a while, often for longer than its lease, and goes on as if nothing had been.
    case freeze
    /// The same with a whole machine, whose boot clock goes on.
    case suspend
    /// A machine's boot clock goes too fast or too slowly, within the margin.
    case unevenClock
    /// Timers of a machine go off late.
    case lateTimers
    case databaseClockForward, databaseClockBackward
}
