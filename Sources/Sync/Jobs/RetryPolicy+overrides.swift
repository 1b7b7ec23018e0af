package import Model

extension RetryPolicy {
    /// The policy with what one connection decides for itself.
    package func overridden(by own: RunPolicy.Retry?) -> RetryPolicy {
        guard let own else { return self }
        var policy = self
        policy.completeSuccessive = own.maxSuccessiveCompleteFailures ?? completeSuccessive
        policy.completeTotal = own.maxTotalCompleteFailures ?? completeTotal
        policy.partialSuccessive = own.maxSuccessivePartialFailures ?? partialSuccessive
        policy.partialTotal = own.maxTotalPartialFailures ?? partialTotal
        policy.shortestPause = own.backoffMinSeconds.map { .seconds($0) } ?? shortestPause
        policy.longestPause = own.backoffMaxSeconds.map { .seconds($0) } ?? longestPause
        policy.base = own.backoffBase ?? base
        return policy
    }
}
