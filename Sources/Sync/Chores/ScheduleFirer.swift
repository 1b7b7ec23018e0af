import JSON
package import Log
package import Model
package import SQL
package import Schedule
import Service
import Store
import Synchronization
import Time

/// Starts the syncs whose time has come, and works out when the next are due.
///
/// Any number may run: a connection's row is locked and looked at again before it is fired, and the time is moved on in
/// the same transaction. It sleeps until the next sync is due, or until a schedule changes.
package final class ScheduleFirer: RecurringService {
    private let database: any Database
    private let orders: JobOrders
    private let jitter: ScheduleJitter
    package let period: Duration
    package let log: Log
    /// The connections that could not be fired, and when to try again: until then they must not fill the log.
    private let resting = Mutex<[ConnectionID: ContinuousClock.Instant]>([:])

    package init(
        database: any Database, orders: JobOrders, jitter: ScheduleJitter = .off, period: Duration = .seconds(5),
        log: Log
    ) {
        self.database = database
        self.orders = orders
        self.jitter = jitter
        self.period = period
        self.log = log.named("schedule-firer")
    }

    package var wakeUps: AsyncStream<Void> { database.notices(on: ScheduleChannel.changed) }

    package func round() async throws -> Duration {
        while true {
            let began = ContinuousClock.now
            let pass = try await pass()
            // What was fired may be due again before anything else.
            guard pass.handled == 0 else { continue }
            return max(.zero, (pass.upcoming ?? period) - (.now - began))
        }
    }

    /// Fires what is due now. Returns the jobs that were started. A connection that cannot be fired holds up no other.
    @discardableResult
    package func fire() async throws -> [JobID] { try await pass().started }

    private struct Pass {
        var started: [JobID] = []
        /// How many due times were dealt with.
        var handled = 0
        /// How long it is until the first sync that is not due yet; nil where none is within the period.
        var upcoming: Duration?
    }

    private func pass() async throws -> Pass {
        let period = period
        var pass = Pass()
        var last: ScheduledSync?
        while true {
            let (now, page) = try await database.read { [last] session in
                let now = Instant(microseconds: try session.now())
                return (now, try session.scheduledSyncs(upTo: now + period, after: last, limit: Self.pageSize))
            }
            let due = page.prefix { $0.dueAt <= now }
            await fire(due.filter { !$0.waitsForJob && !isResting($0.connection) }, into: &pass)
            if due.count < page.count { pass.upcoming = page[due.count].dueAt - now }
            guard due.count == Self.pageSize else { return pass }
            last = page.last
        }
    }

    /// A few at a time: each is a transaction of its own.
    private func fire(_ due: [ScheduledSync], into pass: inout Pass) async {
        await withTaskGroup(of: Outcome.self) { group in
            var waiting = due.makeIterator()
            for _ in 0..<4 { if let sync = waiting.next() { group.addTask { await self.fire(sync) } } }
            for await outcome in group {
                if outcome != .nothing { pass.handled += 1 }
                if case .started(let job) = outcome { pass.started.append(job) }
                if let sync = waiting.next() { group.addTask { await self.fire(sync) } }
            }
        }
    }

    private func fire(_ sync: ScheduledSync) async -> Outcome {
        let id = JSON.string(sync.connection.description)
        do {
            let outcome = try await database.write { try self.fire(sync, in: $0) }
            switch outcome {
            case .started(let job): log.info("Scheduled sync started.", ["connection": id, "job": .integer(job)])
            case .skipped:
                log.info("A scheduled sync was left out: a job of the connection is not over.", ["connection": id])
            case .reckoned, .nothing: break
            }
            return outcome
        } catch {
            if Task.isCancelled { return .nothing }
            let isFaultOfDatabase = [.unavailable, .conflict, .cancelled].contains((error as? DatabaseError)?.code)
            let pause = isFaultOfDatabase ? period : .seconds(60)
            log.error("A connection could not be fired; trying again in \(pause): \(error)", ["connection": id])
            resting.withLock { $0[sync.connection] = .now + pause }
            return .nothing
        }
    }

    private enum Outcome: Sendable, Equatable {
        case started(JobID)
        /// The time came while a job was live.
        case skipped
        /// Nothing was due; when something will be was worked out.
        case reckoned
        /// Another one was here, or it has to wait.
        case nothing
    }

    private func fire(_ sync: ScheduledSync, in session: any Session) throws -> Outcome {
        // Where another cron fired it, or somebody changed the schedule, the time is another one by now.
        guard try session.lockedNextSync(of: sync.connection) == sync.dueAt else { return .nothing }
        let connection = try session.lockedConnection(sync.connection)
        let hasJob = try session.liveJob(of: connection.id) != nil
        var outcome = Outcome.reckoned
        if sync.dueAt != .toBeReckoned, connection.status == .active {
            if hasJob {
                if case .basic = connection.schedule { return .nothing }
                outcome = .skipped
            } else {
                let now = Instant(microseconds: try session.now())
                let job = try orders.start(.sync, connection: connection, isScheduled: true, in: session, at: now)
                outcome = .started(job.id)
            }
        }
        try session.reckonNextSync(of: connection, handled: sync.dueAt, jitter: jitter)
        return outcome
    }

    private func isResting(_ connection: ConnectionID) -> Bool {
        resting.withLock { resting in
            guard let until = resting[connection] else { return false }
            if .now < until { return true }
            resting[connection] = nil
            return false
        }
    }

    private static let pageSize = 100
}
