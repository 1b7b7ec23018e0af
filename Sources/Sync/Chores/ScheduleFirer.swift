import JSON
package import Log
package import Model
package import SQL
import Service
import Schedule
import Store
import Time

/// Starts the syncs whose time has come. Any number of them may run: a connection's row is locked while it is looked
/// at, and a connection has at most one live job.
package struct ScheduleFirer: Service {
    private let database: any Database
    private let orders: JobOrders
    private let period: Duration
    private let log: Log

    package init(database: any Database, orders: JobOrders, period: Duration = .seconds(5), log: Log) {
        self.database = database
        self.orders = orders
        self.period = period
        self.log = log.named("schedule-firer")
    }

    package func run() async throws {
        while !Task.isCancelled {
            do { try await fire() } catch let error as DatabaseError {
                log.error("Schedules could not be looked at; trying again: \(error)")
            }
            try await Task.sleep(for: period)
        }
    }

    /// Fires what is due now. Returns the jobs that were started.
    @discardableResult
    package func fire() async throws -> [JobID] {
        var started: [JobID] = []
        for connection in try await database.read({ try $0.timedConnections() }) {
            guard case .basic = connection.schedule else { continue }
            let id = connection.id
            let job = try await database.write { [orders] session -> Job? in
                let connection = try session.lockedConnection(id)
                let now = Instant(microseconds: try session.now())
                guard connection.status == .active, case .basic(let interval) = connection.schedule,
                    try session.liveJob(of: id) == nil,
                    interval.nextFiring(after: try session.lastScheduledJob(of: id), now: now) <= now
                else { return nil }
                return try orders.start(.sync, connection: connection, isScheduled: true, in: session, at: now)
            }
            if let job {
                log.info("Scheduled sync started.", ["connection": .string(id.description), "job": .integer(job.id)])
                started.append(job.id)
            }
        }
        return started
    }
}
