/// How often a job has failed so far, by Airbyte's two kinds of failure (protocol.md 3.3).
package struct RetryState: Sendable, Hashable, Codable {
    /// Attempts in a row that committed nothing.
    package var successiveComplete = 0
    package var totalComplete = 0
    /// Attempts in a row that failed but committed something.
    package var successivePartial = 0
    package var totalPartial = 0
    /// Attempts in a row that the platform cut short before they committed anything; they count against nothing else.
    package var interruptedWithoutProgress = 0
    /// Attempts that the platform cut short, whatever they had committed.
    package var totalInterrupted = 0

    /// Attempts that ended because the source's quota was used up; nil in what was stored before they were counted.
    package var totalRateLimited: Int?

    package init() {}
}
