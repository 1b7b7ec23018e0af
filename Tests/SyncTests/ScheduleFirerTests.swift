import Airbyte
import Flow
import JSON
import Log
import Model
import SQL
import Schedule
import Service
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("Firing schedules", .timeLimit(.minutes(2)))
struct ScheduleFirerTests {
    private static let hourly = ConnectionSchedule.basic(BasicInterval(units: 1, timeUnit: .hours))
    private static let hourlyCron = cron("0 0 * * * ?")

    private static func cron(_ expression: String, _ zone: String = "UTC") -> ConnectionSchedule {
        .cron(expression: expression, timeZone: zone)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `of many crons one starts what is due, and none what is not`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        var connections: [ConnectionID] = []
        for schedule in [Self.hourly, Self.hourly, Self.hourlyCron, Self.hourlyCron] {
            connections.append(try await fixture.connection(schedule))
        }
        _ = try await fixture.connection()
        let firers = (0..<3).map { _ in fixture.firer() }
        func fireAtOnce() async throws -> Int {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<6 { group.addTask { try await firers[index % 3].fire().count } }
                return try await group.reduce(0, +)
            }
        }
        // Intervals begin at once, cron expressions at their time.
        #expect(try await fireAtOnce() == 2)
        #expect(try await fireAtOnce() == 0)
        // What was missed for three days is made up for once, also where the job is over.
        for _ in 0..<2 {
            for connection in connections { try await fixture.cancel(connection) }
            #expect(try await fireAtOnce() == 0)
            for connection in connections { try await fixture.setDue(connection, .seconds(-3 * 86_400)) }
            #expect(try await fireAtOnce() == 4)
        }
        for connection in connections { #expect(try await fixture.wait(connection) ?? .zero > .zero) }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a cron time that comes while a job is live is left out`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection(Self.hourlyCron)
        let job = try await fixture.orders.start(.sync, connection: connection)
        try await fixture.setDue(connection, .zero)
        #expect(try await fixture.firer().fire() == [])
        #expect(try await fixture.wait(connection) ?? .zero > .zero)
        _ = try await fixture.orders.cancel(job.id)
        #expect(try await fixture.firer().fire() == [])
    }

    @Test(.proves("3.9-basic"), arguments: Dialect.Engine.allCases)
    func `an interval that passes while a job is live is made up for when it is over`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let connection = try await fixture.connection(Self.hourly)
        let job = try await fixture.orders.start(.sync, connection: connection)
        #expect(try await fixture.firer().fire() == [])
        #expect(try await fixture.lag() == .zero)
        _ = try await fixture.orders.cancel(job.id)
        #expect(try await fixture.lag() > .zero)
        let started = try await fixture.firer().fire()
        #expect(started.count == 1)
        #expect(try await fixture.job(started[0]).isScheduled)
        #expect(try await fixture.lag() == .zero)
        // An hour from the creation of that job on.
        let wait = try #require(try await fixture.wait(connection))
        #expect(wait > .seconds(3500) && wait <= .seconds(3600))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a change of the schedule or the status is reckoned anew, any other is not`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let id = try await fixture.connection(Self.hourly)
        let job = try #require(try await fixture.firer().fire().first)
        _ = try await fixture.orders.cancel(job)
        func update(_ change: @escaping @Sendable (inout Connection) -> Void) async throws -> Duration? {
            try await fixture.database.write { session in
                var connection = try session.lockedConnection(id)
                change(&connection)
                try session.update(connection)
            }
            return try await fixture.wait(id)
        }
        try await fixture.setDue(id, .seconds(77))
        #expect(try await update { $0.name = "another" } ?? .zero <= .seconds(77))
        let day = try #require(try await update { $0.schedule = .basic(BasicInterval(units: 1, timeUnit: .days)) })
        #expect(day > .seconds(86_300) && day <= .seconds(86_400))
        #expect(try await update { $0.status = .inactive } == nil)
        #expect(try await update { $0.schedule = Self.hourlyCron } == nil)
        #expect(try await fixture.firer().fire() == [])
        // What it missed meanwhile is not made up for.
        let hour = try #require(try await update { $0.status = .active })
        #expect(hour > .zero && hour <= .seconds(3600))
        #expect(try await update { $0.schedule = .manual } == nil)
        #expect(try await fixture.firer().fire() == [])
    }

    @Test(.proves("3.9-cron"), arguments: Dialect.Engine.allCases)
    func `a cron time is one of its zone, moved by jitter where that is asked for`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await SyncFixture(engine)
        let noon = try await fixture.connection(Self.cron("0 0 12 * * ?", "Asia/Kathmandu"))
        let quarterPastSix: Int64 = (6 * 60 + 15) * 60
        let plain = try #require(try await fixture.dueAt(noon))
        #expect(plain.microseconds % 86_400_000_000 == quarterPastSix * 1_000_000)
        try await fixture.database.write { session in
            try session.reckonNextSync(of: session.lockedConnection(noon), jitter: .on)
        }
        let moved = try #require(try await fixture.dueAt(noon)) - plain
        #expect(moved >= .zero && moved <= .seconds(25 * 60))
        // Fired late, it does not come again on the same day.
        let time = plain + .seconds(300)
        try await fixture.database.write { session in
            try session.reckonNextSync(of: session.lockedConnection(noon), handled: time, jitter: .off)
        }
        #expect(try await fixture.dueAt(noon) == plain + .seconds(86_400))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `connections from before the column are reckoned, not fired`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let connections = [
            try await fixture.connection(Self.hourlyCron), try await fixture.connection(Self.hourly),
        ]
        let job = try #require(try await fixture.firer().fire().first)
        _ = try await fixture.orders.cancel(job)
        try await fixture.database.write { _ = try $0.run("UPDATE connection SET next_sync_at = 0") }
        #expect(try await fixture.firer().fire() == [])
        for connection in connections { #expect(try await fixture.wait(connection) ?? .zero > .zero) }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a connection that cannot be fired holds up no other`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        var connections: [ConnectionID] = []
        for _ in 0..<120 { connections.append(try await fixture.connection(Self.hourly)) }
        let broken = connections.prefix(105)
        let nowhere = try JSON.encode(Self.cron("0 0 * * * ?", "Mars/Base")).text
        try await fixture.database.write { session in
            for (index, connection) in broken.enumerated() {
                switch index % 3 {
                case 0: try session.run("UPDATE connection SET catalog = 'no catalog' WHERE id = \(connection)")
                case 1: try session.run("UPDATE connection SET schedule = 'none' WHERE id = \(connection)")
                default: try session.run("UPDATE connection SET schedule = \(nowhere) WHERE id = \(connection)")
                }
                try session.run("UPDATE connection SET next_sync_at = 1 WHERE id = \(connection)")
            }
        }
        let firer = fixture.firer()
        #expect(try await firer.fire().count == 15)
        #expect(try await firer.fire() == [])
        #expect(try await fixture.lag() > .seconds(3600), "the lag tells of what does not start")
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `it wakes when a schedule changes, and fires when the time comes`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let firer = fixture.firer(period: .seconds(3600))
        let run = Task { try await firer.run() }
        defer { run.cancel() }
        // By now it sleeps for an hour.
        try await Task.sleep(for: .milliseconds(300))
        let connection = try await fixture.connection(Self.cron("* * * * * ?"))
        for _ in 0..<2 {
            try await eventually { try await fixture.database.read { try $0.liveJob(of: connection) } != nil }
            try await fixture.cancel(connection)
        }
        run.cancel()
        try await run.value
    }
}

extension SyncFixture {
    fileprivate func firer(period: Duration = .seconds(5)) -> ScheduleFirer {
        ScheduleFirer(database: database, orders: orders, period: period, log: .silent)
    }

    fileprivate func cancel(_ connection: ConnectionID) async throws {
        guard let job = try await database.read({ try $0.liveJob(of: connection) }) else { return }
        _ = try await orders.cancel(job.id)
    }

    /// Lets the next sync be due so long after now.
    fileprivate func setDue(_ connection: ConnectionID, _ wait: Duration) async throws {
        try await database.write { session in
            let due = Instant(microseconds: try session.now()) + wait
            try session.run("UPDATE connection SET next_sync_at = \(due) WHERE id = \(connection)")
        }
    }

    fileprivate func dueAt(_ connection: ConnectionID) async throws -> Instant? {
        try await database.write { try $0.lockedNextSync(of: connection) }
    }

    /// How long it is to the next sync; nil: there is none.
    fileprivate func wait(_ connection: ConnectionID) async throws -> Duration? {
        try await database.write { session in
            let now = Instant(microseconds: try session.now())
            return try session.lockedNextSync(of: connection).map { $0 - now }
        }
    }

    fileprivate func lag() async throws -> Duration {
        try await database.read { try $0.scheduleLag(at: Instant(microseconds: $0.now())) }
    }
}
