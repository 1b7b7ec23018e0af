import JSON
package import Log
package import Model
package import SQL
import Schedule
import Service
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
            do { try await fire() } catch  where !Task.isCancelled {
                log.error("Schedules could not be looked at; trying again: \(error)")
            }
            try await Task.sleep(for: period)
        }
    }

    /// Fires what is due now. Returns the jobs that were started. A connection that cannot be started holds up no other.
    @discardableResult
    package func fire() async throws -> [JobID] {
        var started: [JobID] = []
        for id in try await database.read({ try due(in: $0) }) {
            do {
                guard let job = try await database.write({ try start(id, in: $0) }) else { continue }
                log.info("Scheduled sync started.", ["connection": .string(id.description), "job": .integer(job.id)])
                started.append(job.id)
            } catch  where !Task.isCancelled {
                log.error("The scheduled sync of connection \(id) could not be started; trying again: \(error)")
            }
        }
        return started
    }

    /// The connections that look due, without a lock: there may be thousands, of which few are.
    private func due(in session: any Session) throws -> [ConnectionID] {
        let now = Instant(microseconds: try session.now())
        return try session.timedConnections().filter { try isDue($0.id, $0.schedule, now, in: session) }.map(\.id)
    }

    /// Looks again with the connection's row locked.
    private func start(_ id: ConnectionID, in session: any Session) throws -> Job? {
        let connection = try session.lockedConnection(id)
        let now = Instant(microseconds: try session.now())
        guard connection.status == .active, try session.liveJob(of: id) == nil,
            try isDue(id, connection.schedule, now, in: session)
        else { return nil }
        return try orders.start(.sync, connection: connection, isScheduled: true, in: session, at: now)
    }

    private func isDue(
        _ id: ConnectionID, _ schedule: ConnectionSchedule, _ now: Instant, in session: any Session
    ) throws -> Bool {
        guard case .basic(let interval) = schedule else { return false }
        return interval.nextFiring(after: try session.lastScheduledJob(of: id), now: now) <= now
    }
}
