package import Airbyte

/// What one connection's jobs do otherwise than the instance's settings say; nil members leave them as they are.
///
/// Its members are spelled as they are stored and as the API spells them.
package struct RunPolicy: Sendable, Hashable, Codable {
    /// Replaces members of the retry policy (protocol.md 3.3).
    package struct Retry: Sendable, Hashable, Codable {
        package var maxSuccessiveCompleteFailures: Int?
        package var maxTotalCompleteFailures: Int?
        package var maxSuccessivePartialFailures: Int?
        package var maxTotalPartialFailures: Int?
        package var backoffMinSeconds: Int?
        package var backoffMaxSeconds: Int?
        package var backoffBase: Int?

        package init() {}
    }

    package var retry: Retry?
    /// How long a job may take from its start, over all attempts and the pauses between them.
    package var maxRunSeconds: Int?
    /// After how long a job is called slow, once.
    package var slowRunWarningSeconds: Int?
    /// What becomes of attempts whose counts do not agree; nil: they fail.
    package var countMismatch: CountMismatch?

    package init(
        retry: Retry? = nil, maxRunSeconds: Int? = nil, slowRunWarningSeconds: Int? = nil,
        countMismatch: CountMismatch? = nil
    ) {
        self.retry = retry
        self.maxRunSeconds = maxRunSeconds
        self.slowRunWarningSeconds = slowRunWarningSeconds
        self.countMismatch = countMismatch
    }
}
