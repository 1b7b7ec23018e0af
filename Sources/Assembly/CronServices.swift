import Log
package import Service
import Sync

extension Platform {
    /// The services of cron: it fires schedules and deletes what is too old. Any number may run beside each other.
    package var cronServices: [any Service] {
        [
            ScheduleFirer(
                database: database, orders: orders, jitter: settings.jitter, period: settings.cronPeriod, log: log
            ).pulsing(Pulse(of: "cron", settings.environment)),
            runSweeper,
            StrandedJobCloser(database: database, watch: settings.failures, log: log),
            Pruner(database: database, retention: settings.retention, period: settings.prunePeriod, log: log),
            LogFilePruner(
                directory: LogFile.directory(in: data.path), retention: settings.retention.serverLogs,
                period: settings.prunePeriod, log: log.named("log-file-pruner")),
        ]
    }
}
