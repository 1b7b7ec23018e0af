extension RetryPolicy {
    /// The policy with Airbyte's variables applied; one that holds no sensible number is passed over.
    package init(environment: [String: String]) {
        self.init()
        func number(_ name: String, _ fallback: Int) -> Int {
            environment["SYNC_JOB_RETRIES_" + name].flatMap(Int.init).flatMap { $0 >= 0 ? $0 : nil } ?? fallback
        }
        completeSuccessive = number("COMPLETE_FAILURES_MAX_SUCCESSIVE", completeSuccessive)
        completeTotal = number("COMPLETE_FAILURES_MAX_TOTAL", completeTotal)
        partialSuccessive = number("PARTIAL_FAILURES_MAX_SUCCESSIVE", partialSuccessive)
        partialTotal = number("PARTIAL_FAILURES_MAX_TOTAL", partialTotal)
        shortestPause = .seconds(number("COMPLETE_FAILURES_BACKOFF_MIN_INTERVAL_S", 10))
        longestPause = .seconds(number("COMPLETE_FAILURES_BACKOFF_MAX_INTERVAL_S", 1800))
        base = max(1, number("COMPLETE_FAILURES_BACKOFF_BASE", base))
    }
}
