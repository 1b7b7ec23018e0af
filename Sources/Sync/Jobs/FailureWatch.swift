import JSON
import Log
import Model
import SQL
package import Store
package import Time

/// Switches off a connection that only fails, after a warning (protocol.md 3.8).
package struct FailureWatch: Sendable, Hashable {
    /// Airbyte's word for it.
    package static let reason = "TOO_MANY_FAILED_JOBS_WITH_NO_RECENT_SUCCESS"

    /// `SWIFTLET_WARN_FAILED_JOBS_IN_A_ROW`
    package var jobsBeforeWarning = 20
    /// `SWIFTLET_WARN_DAYS_OF_ONLY_FAILED_JOBS`
    package var daysBeforeWarning = 4
    /// `MAX_FAILED_JOBS_IN_A_ROW_BEFORE_CONNECTION_DISABLE`
    package var jobsBeforeDisable = 30
    /// `MAX_DAYS_OF_ONLY_FAILED_JOBS_BEFORE_CONNECTION_DISABLE`
    package var daysBeforeDisable = 7

    package init() {}

    /// Reads the variables named above; one that holds no whole number from 1 to a million keeps its default.
    package init(environment: [String: String]) {
        func number(_ name: String, _ fallback: Int) -> Int {
            environment[name].flatMap(Int.init).flatMap { (1...1_000_000).contains($0) ? $0 : nil } ?? fallback
        }
        jobsBeforeWarning = number("SWIFTLET_WARN_FAILED_JOBS_IN_A_ROW", jobsBeforeWarning)
        daysBeforeWarning = number("SWIFTLET_WARN_DAYS_OF_ONLY_FAILED_JOBS", daysBeforeWarning)
        jobsBeforeDisable = number("MAX_FAILED_JOBS_IN_A_ROW_BEFORE_CONNECTION_DISABLE", jobsBeforeDisable)
        daysBeforeDisable = number("MAX_DAYS_OF_ONLY_FAILED_JOBS_BEFORE_CONNECTION_DISABLE", daysBeforeDisable)
    }

    package enum Step: Sendable, Hashable { case none, warn, disable }

    /// What a streak of failures comes to at a time.
    package func step(after streak: FailureStreak, at now: Instant) -> Step {
        let age = now - streak.since
        if streak.failedJobs >= jobsBeforeDisable, age >= .seconds(daysBeforeDisable * 86_400) { return .disable }
        guard !streak.isWarned, streak.failedJobs >= jobsBeforeWarning, age >= .seconds(daysBeforeWarning * 86_400)
        else { return .none }
        return .warn
    }

    /// Looks at a connection in the transaction that has just failed one of its jobs. What it logs may be logged twice
    /// where the commit has to be tried again.
    func look(at connection: ConnectionID, in session: any Session, at now: Instant, log: Log) throws {
        guard let streak = try session.lockedFailureStreak(of: connection) else { return }
        let days = max(0, (now - streak.since).components.seconds / 86_400)
        let what = "\(streak.failedJobs) syncs in a row have failed, and none has succeeded for \(days) days."
        switch step(after: streak, at: now) {
        case .none: break
        case .warn:
            try session.setFailureWarned(connection, at: now)
            let sentence =
                "\(what) The connection is switched off after \(jobsBeforeDisable) and \(daysBeforeDisable) days."
            try EventRecorder().record(.failuresRepeated, of: connection, in: session, at: now) { detail in
                detail.message = sentence
            }
            log.warning(sentence, ["connection": .string(connection.description)])
        case .disable:
            try session.disable(connection, because: FailureWatch.reason, at: now)
            let sentence =
                "The connection is switched off: \(what) Mend what fails and make the connection active again."
            try EventRecorder().record(.connectionDisabled, of: connection, in: session, at: now) { detail in
                detail.message = sentence
            }
            log.error(sentence, ["connection": .string(connection.description)])
        }
    }
}
