/// How long a run may wait, run and keep still; nil: as long as it takes.
package struct RunLimits: Sendable, Hashable {
    /// From the time at which a new run is due until a worker takes it. Past it, the run fails.
    package var queueWait: Duration?
    /// From the first claim to the end; sleeps, pauses and retries count. Past it, the body is told, and what it throws
    /// fails the run for good.
    package var runTime: Duration?
    /// From one sign of life of a body to the next: a recorded step, or `Flow.beat`. Past it, the body is told, and what
    /// it throws is a failure like others, tried again by the workflow's retry.
    package var silence: Duration?

    package init(queueWait: Duration? = nil, runTime: Duration? = nil, silence: Duration? = nil) {
        self.queueWait = queueWait
        self.runTime = runTime
        self.silence = silence
    }

    /// These limits, with those of `other` where one is not set here.
    func filled(from other: RunLimits) -> RunLimits {
        RunLimits(
            queueWait: queueWait ?? other.queueWait, runTime: runTime ?? other.runTime,
            silence: silence ?? other.silence)
    }
}
