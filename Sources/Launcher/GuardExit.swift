/// The exit codes of an attempt's process.
package enum GuardExit: Int32, Sendable {
    /// The body returned.
    case done = 0
    /// The body threw; its error is the last line of the standard error.
    case failed = 1
    /// It was not started by a worker.
    case misused = 64
    /// The worker's pipe closed: the worker is dead.
    case ownerGone = 70
    /// The worker did not extend the deadline: it is frozen, or has lost its lease.
    case deadlinePassed = 71
    /// Some process could not be killed; the worker goes on trying.
    case survivors = 72
}
