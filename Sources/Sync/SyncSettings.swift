package import Posix
package import Replication
import Time

/// How attempts are run and recorded.
package struct SyncSettings: Sendable {
    /// How often counts and logs are saved where no state is; a state is saved at once. `REPLICATION_FLUSH_PERIOD_SECONDS`
    package var flushPeriod = Duration.seconds(10)
    /// How many bytes of log an attempt may keep. `SWIFTLET_ATTEMPT_LOG_MEGABYTES`
    package var logCap: Int64 = 64 << 20
    /// How long connectors may take to stop when they are asked to. `SWIFTLET_CANCEL_GRACE_SECONDS`
    package var cancelGrace = Duration.seconds(10)
    /// How long a check or a discovery may take. `SWIFTLET_COMMAND_TIMEOUT_SECONDS`; Airbyte's limit is 9 minutes.
    package var commandTimeout = 540
    /// How long a check, a discovery or a spec may wait for a worker. `SWIFTLET_CALL_QUEUE_SECONDS`
    package var callQueueLimit = Duration.seconds(600)
    /// How long a catalog will do before a sync has its source discovered anew. `DISCOVER_REFRESH_WINDOW_MINUTES`
    package var discoverWindow = Duration.seconds(86_400)
    /// How long a sync waits for that. `SWIFTLET_SYNC_DISCOVER_SECONDS`
    package var discoverPatience = Duration.seconds(600)
    /// How long a job may take, all its attempts and pauses together. `SYNC_JOB_MAX_TIMEOUT_DAYS`; Airbyte's limit is
    /// 30 days.
    package var longestSync = Duration.seconds(30 * 86_400)
    /// How long any other call may take, its wait for a worker included; bounds the two settings above.
    /// `SWIFTLET_CALL_MAX_SECONDS`; Airbyte's limit is 4 hours.
    package var longestCall = Duration.seconds(4 * 3600)
    /// `SWIFTLET_SOURCE_SILENCE_SECONDS`, `SWIFTLET_DESTINATION_STALL_SECONDS`, `SWIFTLET_CONNECTOR_GRACE_SECONDS`
    package var limits = ReplicationLimits()

    package init() {}

    /// Reads the variables named above; one that holds no positive number keeps its default.
    package init(environment: Environment) {
        func number(_ name: String) -> Double? {
            environment[name].flatMap(Double.init).flatMap { $0 > 0 && $0 < 1e9 ? $0 : nil }
        }
        if let seconds = number("REPLICATION_FLUSH_PERIOD_SECONDS") { flushPeriod = .seconds(seconds) }
        if let megabytes = number("SWIFTLET_ATTEMPT_LOG_MEGABYTES") { logCap = Int64(megabytes * 1_048_576) }
        if let seconds = number("SWIFTLET_CANCEL_GRACE_SECONDS") { cancelGrace = .seconds(seconds) }
        if let seconds = number("SWIFTLET_CONNECTOR_GRACE_SECONDS") { limits.graceSeconds = Int(seconds.rounded(.up)) }
        // Connectors stop of themselves a little before what is left is killed.
        limits.cancelSeconds = max(1, Int(cancelGrace.fractionalSeconds) - 2)
        if let seconds = number("SWIFTLET_COMMAND_TIMEOUT_SECONDS") { commandTimeout = Int(seconds.rounded(.up)) }
        if let seconds = number("SWIFTLET_CALL_QUEUE_SECONDS") { callQueueLimit = .seconds(seconds) }
        if let minutes = number("DISCOVER_REFRESH_WINDOW_MINUTES") { discoverWindow = .seconds(minutes * 60) }
        if let seconds = number("SWIFTLET_SYNC_DISCOVER_SECONDS") { discoverPatience = .seconds(seconds) }
        if let days = number("SYNC_JOB_MAX_TIMEOUT_DAYS"), days < 1e5 { longestSync = .seconds(days * 86_400) }
        if let seconds = number("SWIFTLET_CALL_MAX_SECONDS") { longestCall = .seconds(seconds) }
        commandTimeout = max(1, min(commandTimeout, Int(longestCall.components.seconds)))
        callQueueLimit = min(callQueueLimit, longestCall)
        if let seconds = number("SWIFTLET_SOURCE_SILENCE_SECONDS") {
            limits.sourceSilenceSeconds = Int(seconds.rounded(.up))
        }
        if let seconds = number("SWIFTLET_DESTINATION_STALL_SECONDS") {
            limits.destinationStallSeconds = Int(seconds.rounded(.up))
        }
    }
}
