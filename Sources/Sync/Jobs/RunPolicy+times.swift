import Model
import Time

extension RunPolicy {
    /// How long a job may take at most.
    func longestRun(else instance: Duration) -> Duration {
        maxRunSeconds.map { min(.seconds($0), instance) } ?? instance
    }

    /// How long a job may run yet; negative once its time is over.
    func runTimeLeft(of job: Job, else instance: Duration, at now: Instant) -> Duration {
        longestRun(else: instance) - (now - (job.startedAt ?? now))
    }

    /// When a job is called slow, from now on; nil: never. Negative where it is by now.
    func timeUntilSlow(of job: Job, at now: Instant) -> Duration? {
        slowRunWarningSeconds.map { .seconds($0) - (now - (job.startedAt ?? now)) }
    }
}
