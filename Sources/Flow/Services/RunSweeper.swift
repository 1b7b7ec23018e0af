import JSON
package import Log
import Posix
package import SQL
import Service
import Time

/// Ends runs whose time is up while nobody holds them, and parks those that no worker knows. Any number may sweep.
package struct RunSweeper: Service {
    let database: any Database
    let settings: FlowSettings
    private let runtime: FlowRuntime
    let log: Log

    package init(database: any Database, settings: FlowSettings, runtime: FlowRuntime = .system, log: Log) {
        self.database = database
        self.settings = settings
        self.runtime = runtime
        self.log = log.named("run-sweeper")
    }

    package func run() async throws {
        var lastSearch = runtime.now()
        while !Task.isCancelled {
            do {
                try await expire()
                if runtime.now() - lastSearch >= settings.unserved / 2 {
                    lastSearch = runtime.now()
                    try await park()
                    try await putBack()
                }
            } catch  where !Task.isCancelled {
                log.warning("Looking for runs whose time is up failed: \(error)")
            } catch {}
            try await runtime.sleep(settings.poll)
        }
    }

    /// Fails the waiting runs whose limit has passed; answers how many.
    @discardableResult
    package func expire() async throws -> Int {
        let found: [RunID] = try await database.read { session in
            try session.rows(
                """
                SELECT id FROM run WHERE state = 'waiting' AND expires_at <= \(session.dialect.now)
                UNION
                SELECT id FROM run WHERE state = 'waiting' AND claims = 0 AND wait_until <= \(session.dialect.now)
                ORDER BY id LIMIT 100
                """
            ).map { try $0.get("id") }
        }
        var expired = 0
        for run in found where try await database.write({ try expire(run, in: $0) }) { expired += 1 }
        return expired
    }

    private func expire(_ run: RunID, in session: any Session) throws -> Bool {
        let row = try session.row(
            """
            SELECT claims, wait_until - created_at AS wait_limit, run_limit FROM run
            WHERE id = \(run) AND state = 'waiting'
              AND (expires_at <= \(session.dialect.now) OR claims = 0 AND wait_until <= \(session.dialect.now))
            \(session.dialect.skipLocked)
            """)
        guard let row else { return false }
        let isUnclaimed = try row.get("claims", as: Int.self) == 0
        let limit: Int64 = try row.getOptional(isUnclaimed ? "wait_limit" : "run_limit") ?? 0
        let timedOut = TimedOut(isUnclaimed ? .queueWait : .runTime, .microseconds(limit))
        try RunEvent.write(.timedOut, of: run, detail: ["limit": .string(timedOut.limit.rawValue)], in: session)
        try RunEnding.failed(RunFailure(timedOut)).write(to: run, by: nil, in: session)
        return true
    }
}
