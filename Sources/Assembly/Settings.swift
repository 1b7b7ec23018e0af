package import Flow
package import Log
package import Posix
package import Schedule
package import Sync

/// Everything a program can be told from outside, read once from the environment.
package struct Settings: Sendable {
    /// The programs' version, shown by the API and stored by the bootloader.
    package static let version = "0.1.0"

    package let environment: Environment
    /// `SWIFTLET_DATA`: virtual environments, job directories, logs; by default `./swiftlet-data`.
    package var data: String
    package let flow: FlowSettings
    package let sync: SyncSettings
    package let retries: RetryPolicy
    package let failures: FailureWatch
    package let limits: SyncLimits
    package let retention: Retention
    package let notices: NoticeSettings
    /// How many notifications and operations a worker sends at once. `SWIFTLET_NOTICE_WORKERS`
    package let noticeSeats: Int
    /// How many syncs a worker runs at once. `MAX_SYNC_WORKERS`
    package var syncSeats: Int
    /// How many checks, discoveries and specs a worker runs at once. `MAX_CHECK_WORKERS`
    package let callSeats: Int
    /// How many connections a program keeps to Postgres. `SWIFTLET_DATABASE_CONNECTIONS`
    package let databaseConnections: Int
    /// How often a worker looks for what dead ones left on its host. `SWIFTLET_SWEEP_SECONDS`
    package let sweepPause: Duration
    /// How often cron looks for due schedules. `SWIFTLET_CRON_SECONDS`
    package let cronPeriod: Duration
    /// How far scheduled syncs are moved apart; not at all by default. `SWIFTLET_SCHEDULE_JITTER`: true or false.
    package let jitter: ScheduleJitter
    /// How often cron prunes. `SWIFTLET_PRUNE_SECONDS`
    package let prunePeriod: Duration
    /// `LOG_LEVEL`: debug, info, warning or error.
    package let logLevel: Log.Level

    package init(environment: Environment) throws {
        self.environment = environment
        data = environment["SWIFTLET_DATA"].flatMap { $0.isEmpty ? nil : $0 } ?? "swiftlet-data"
        flow = try FlowSettings(environment: environment)
        sync = SyncSettings(environment: environment)
        retries = RetryPolicy(environment: environment.values)
        failures = FailureWatch(environment: environment.values)
        limits = SyncLimits(environment: environment)
        retention = Retention(environment: environment)
        notices = NoticeSettings(environment: environment)
        noticeSeats = try Settings.number("SWIFTLET_NOTICE_WORKERS", 8, environment)
        syncSeats = try Settings.number("MAX_SYNC_WORKERS", 5, environment)
        callSeats = try Settings.number("MAX_CHECK_WORKERS", 5, environment)
        databaseConnections = try Settings.number("SWIFTLET_DATABASE_CONNECTIONS", 8, environment)
        sweepPause = .seconds(try Settings.number("SWIFTLET_SWEEP_SECONDS", 60, environment))
        cronPeriod = .seconds(try Settings.number("SWIFTLET_CRON_SECONDS", 5, environment))
        jitter = try Settings.flag("SWIFTLET_SCHEDULE_JITTER", environment) ? .on : .off
        prunePeriod = .seconds(try Settings.number("SWIFTLET_PRUNE_SECONDS", 600, environment))
        logLevel = try Settings.level(environment["LOG_LEVEL"] ?? "")
    }

    /// Takes Airbyte's words too, which are those of Log4j.
    private static func level(_ text: String) throws -> Log.Level {
        switch text.lowercased() {
        case "trace", "debug", "all": return .debug
        case "", "info": return .info
        case "warn", "warning": return .warning
        case "error", "fatal", "off": return .error
        default:
            throw SettingsError("LOG_LEVEL must be debug, info, warning or error, not \"\(text.prefix(40))\".")
        }
    }

    private static func flag(_ name: String, _ environment: Environment) throws -> Bool {
        switch environment[name]?.lowercased() ?? "" {
        case "true": return true
        case "", "false": return false
        default: throw SettingsError("\(name) must be true or false.")
        }
    }

    static func number(_ name: String, _ fallback: Int, _ environment: Environment) throws -> Int {
        guard let text = environment[name], !text.isEmpty else { return fallback }
        guard let number = Int(text), (1...100_000).contains(number) else {
            throw SettingsError("\(name) must be a whole number from 1 to 100000, not \"\(text.prefix(40))\".")
        }
        return number
    }
}
