import Flow
package import Log
import Posix
package import SQL
import Service
import Store
import Time

/// Deletes what is older than its retention, a little at a time.
package struct Pruner: RecurringService {
    private let database: any Database
    private let retention: Retention
    package let period: Duration
    package let log: Log

    package init(database: any Database, retention: Retention, period: Duration = .seconds(600), log: Log) {
        self.database = database
        self.retention = retention
        self.period = period
        self.log = log.named("pruner")
    }

    package func round() async throws -> Duration {
        try await prune()
        return period
    }

    /// Deletes in batches, so that no transaction is long.
    package func prune() async throws {
        let retention = retention
        let now = Instant(microseconds: try await database.read { try $0.now() })
        try await inBatches("log pieces") { try $0.pruneLogs(createdBefore: now - retention.logs, limit: $1) }
        try await inBatches("pieces of rejected records") {
            try $0.pruneRejects(createdBefore: now - retention.logs, limit: $1)
        }
        try await inBatches("jobs") { try $0.pruneJobs(createdBefore: now - retention.jobs, limit: $1) }
        try await inBatches("events") {
            try $0.pruneEvents(createdBefore: now - retention.events, keeping: retention.eventCount, limit: $1)
        }
        try await inBatches("entries of the audit log") {
            try $0.pruneAudit(before: now - retention.audit, limit: $1)
        }
        try await inBatches("answers to repeated requests") {
            try $0.pruneRequests(createdBefore: now - retention.requests, limit: $1)
        }
        try await inBatches("expired sign-ins") { try $0.pruneSignIns(expiredBefore: now, limit: $1) }
        try await inBatches("catalogs") { try $0.pruneCatalogs(createdBefore: now - retention.jobs, limit: $1) }
        _ = try await database.write { try $0.pruneSecrets(expiredBefore: now) }
        _ = try await RunPruner(database: database, retention: retention.runs, count: retention.runCount).prune()
        try await database.reclaim()
    }

    private func inBatches(
        _ what: String, _ delete: @escaping @Sendable (any Session, Int) throws -> Int
    ) async throws {
        // Small, for a job takes all its logs along, and on SQLite everybody else who writes waits meanwhile.
        let batch = 100
        var total = 0
        while true {
            let count = try await database.write { try delete($0, batch) }
            total += count
            if count < batch { break }
        }
        if total > 0 { log.info("Pruned \(total) \(what).") }
    }
}
