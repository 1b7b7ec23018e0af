/// Where a run stands.
///
/// waiting → running → waiting (asleep, to be retried, handed over, rescued) | succeeded | failed | cancelled;
/// waiting → cancelled; waiting ↔ parked.
package enum RunState: String, Sendable, Codable, CaseIterable {
    /// Claimed as soon as it is due.
    case waiting
    /// Held by a worker.
    case running
    /// Not claimed until somebody puts it back.
    case parked
    case succeeded, failed, cancelled

    package var hasEnded: Bool { self == .succeeded || self == .failed || self == .cancelled }
}
