package import Airbyte
import JSON
package import Model
package import SQL
package import Time

/// Which jobs to list.
package struct JobFilter: Sendable {
    package var connection: ConnectionID?
    package var workspaces: [WorkspaceID] = []
    package var kinds: [Job.Kind] = []
    package var statuses: [Job.Status] = []
    /// Only this job and younger ones.
    package var oldest: JobID?
    package var createdFrom: Instant?
    package var createdTo: Instant?
    package var updatedFrom: Instant?
    package var updatedTo: Instant?
    package var newestFirst = true
    /// Orders by the last change in place of the creation.
    package var ordersByUpdate = false
    package var limit = 200
    package var offset = 0

    package init() {}

    /// Leaves out the jobs of other workspaces; nil leaves out none.
    package mutating func restrict(to visible: Set<WorkspaceID>?) {
        guard let visible else { return }
        workspaces =
            workspaces.isEmpty
            ? visible.sorted { $0.description < $1.description } : workspaces.filter(visible.contains)
        // An empty list would let everything through.
        if workspaces.isEmpty { oldest = .max }
    }

    /// Only the conditions that are set, so that an index can serve them; an empty list sets none.
    var condition: Query { conditions() }

    /// - Parameter goingThroughAll: has the jobs of workspaces looked for among all, and not by their connections.
    fileprivate func conditions(goingThroughAll: Bool = false) -> Query {
        var condition: Query = "TRUE"
        if let connection { condition = "\(condition) AND connection_id = \(connection)" }
        if !workspaces.isEmpty {
            condition =
                goingThroughAll
                ? """
                \(condition) AND EXISTS (SELECT 1 FROM connection
                                         WHERE connection.id = job.connection_id AND workspace_id IN \(list: workspaces))
                """
                : """
                \(condition) AND connection_id IN (SELECT id FROM connection WHERE workspace_id IN \(list: workspaces))
                """
        }
        if !kinds.isEmpty { condition = "\(condition) AND kind IN \(list: kinds.map(\.rawValue))" }
        if !statuses.isEmpty { condition = "\(condition) AND status IN \(list: statuses.map(\.rawValue))" }
        if let oldest { condition = "\(condition) AND id >= \(oldest)" }
        if let createdFrom { condition = "\(condition) AND created_at >= \(createdFrom)" }
        if let createdTo { condition = "\(condition) AND created_at <= \(createdTo)" }
        if let updatedFrom { condition = "\(condition) AND updated_at >= \(updatedFrom)" }
        if let updatedTo { condition = "\(condition) AND updated_at <= \(updatedTo)" }
        return condition
    }
}

extension Session {
    package func job(_ id: JobID) throws -> Job {
        guard let row = try row("SELECT * FROM job WHERE id = \(id)") else { throw StoreError.notFound("job", id) }
        return try Job(row)
    }

    /// The job with its attempts, oldest first, its connection, and at most `logBytes` of its logs' ends.
    package func wholeJob(
        _ id: JobID, logBytes: Int = 0
    ) throws -> (job: Job, attempts: [Attempt], connection: Connection, logs: [Int: AttemptLogTail]) {
        var queries: [Query] = [
            "SELECT * FROM job WHERE id = \(id)",
            "SELECT * FROM attempt WHERE job_id = \(id) ORDER BY number",
            "SELECT * FROM connection WHERE id = (SELECT connection_id FROM job WHERE id = \(id))",
        ]
        if logBytes > 0 { queries.append(AttemptLogTail.newestPieces(of: id, attempt: nil)) }
        let found = try rows(queries)
        guard let job = found[0].first, let connection = found[2].first else { throw StoreError.notFound("job", id) }
        let logs = logBytes > 0 ? try logTails(of: id, attempt: nil, limit: logBytes, newest: found[3]) : [:]
        return (try Job(job), try found[1].map(Attempt.init), try Connection(connection), logs)
    }

    /// As `job`, holding its row until the transaction ends.
    package func lockedJob(_ id: JobID) throws -> Job {
        guard let row = try row("SELECT * FROM job WHERE id = \(id) \(dialect.forUpdate)") else {
            throw StoreError.notFound("job", id)
        }
        return try Job(row)
    }

    /// - Parameter goingThroughAll: finds the jobs of workspaces by going through all jobs in their order until there are
    ///   enough, rather than by sorting all that these workspaces have. Nil: whichever is less work.
    package func jobs(_ filter: JobFilter, goingThroughAll: Bool? = nil) throws -> [Job] {
        let order: Fragment = filter.newestFirst ? "DESC" : "ASC"
        let first: Fragment = filter.ordersByUpdate ? "updated_at" : "id"
        let condition = filter.conditions(goingThroughAll: try goingThroughAll ?? hasManyJobs(filter))
        return try rows(
            """
            SELECT * FROM job WHERE \(condition)
            ORDER BY \(first) \(order), id \(order) LIMIT \(filter.limit) OFFSET \(filter.offset)
            """
        ).map(Job.init)
    }

    /// Whether the workspaces that are asked for have more ended jobs than are soon sorted.
    private func hasManyJobs(_ filter: JobFilter) throws -> Bool {
        guard !filter.workspaces.isEmpty, filter.connection == nil else { return false }
        let ended: Int? = try value(
            """
            SELECT CAST(coalesce(sum(jobs), 0) AS BIGINT) FROM job_count
            WHERE connection_id IN (SELECT id FROM connection WHERE workspace_id IN \(list: filter.workspaces))
            """)
        return ended ?? 0 > 20_000
    }

    /// The connection's job that has not ended yet; there is at most one.
    package func liveJob(of connection: ConnectionID) throws -> Job? {
        try row(
            "SELECT * FROM job WHERE connection_id = \(connection) AND status IN ('pending', 'running', 'incomplete')"
        ).map(Job.init)
    }

    /// How many jobs there are in each status that is not an end.
    package func liveJobCounts() throws -> [(status: Job.Status, count: Int)] {
        let rows = try rows(
            """
            SELECT status, count(*) AS n FROM job WHERE status IN ('pending', 'running', 'incomplete') GROUP BY status
            """)
        let counts = try Dictionary(
            rows.map { (try $0.choice("status", as: Job.Status.self), try $0.get("n", as: Int.self)) }
        ) { first, _ in first }
        return Job.Status.allCases.filter { !$0.isTerminal }.map { ($0, counts[$0] ?? 0) }
    }

    /// When the connection's newest scheduled job was created.
    package func lastScheduledJob(of connection: ConnectionID) throws -> Instant? {
        try value(
            "SELECT created_at FROM job WHERE connection_id = \(connection) AND is_scheduled ORDER BY id DESC LIMIT 1")
    }

    /// Adds a pending job. Throws `.conflict` where the connection has one that has not ended.
    package func insertJob(
        _ kind: Job.Kind, connection: ConnectionID, streams: [StreamDescriptor], refreshes: [StreamRefresh] = [],
        isScheduled: Bool, at time: Instant
    ) throws -> Job {
        if let live = try liveJob(of: connection) {
            throw StoreError(
                .conflict, "job", id: String(live.id), "A sync is already running for: \(connection) (job \(live.id))")
        }
        let inserted = try row(
            """
            INSERT INTO job (connection_id, kind, status, is_scheduled, streams, refreshes, retries, created_at, updated_at)
            VALUES (\(connection), \(kind.rawValue), 'pending', \(isScheduled), \(try streams.columnText()),
                    \(try refreshes.columnText()), \(try RetryState().columnText()), \(time), \(time))
            RETURNING *
            """)
        guard let inserted else { throw DatabaseError(.other, "The database returned no row for a new job.") }
        let job = try Job(inserted)
        try noteNewJob(job)
        return job
    }

    package func setRun(_ run: Int64, of job: JobID) throws {
        try self.run("UPDATE job SET run_id = \(run) WHERE id = \(job)")
    }

    /// Moves a job on; one that has ended stays as it is. Returns whether it moved. Throws `.conflict` where a live job
    /// cannot come to this status from its own.
    @discardableResult
    package func setStatus(_ status: Job.Status, of job: JobID, at time: Instant) throws -> Bool {
        let moved = try row(
            """
            UPDATE job SET status = \(status.rawValue), updated_at = \(time),
                           started_at = CASE WHEN \(status == .running) THEN coalesce(started_at, \(time))
                                             ELSE started_at END
            WHERE id = \(job) AND status IN \(list: status.predecessors.map(\.rawValue))
            RETURNING connection_id, kind
            """)
        if let moved {
            try noteStatus(status, of: job, connection: moved.get("connection_id"))
            if status.isTerminal {
                try countEndedJobs(
                    1, connection: moved.get("connection_id"), kind: moved.get("kind"), status: status.rawValue)
            }
            return true
        }
        let current = try self.job(job).status
        guard current.isTerminal else {
            throw StoreError(
                .conflict, "job", id: String(job),
                "Job \(job) is \(current.rawValue) and cannot become \(status.rawValue) from there.")
        }
        return false
    }

    /// Notes that the job was called slow. Returns false where it was before.
    package func setCalledSlow(_ job: JobID, at time: Instant) throws -> Bool {
        try run("UPDATE job SET called_slow_at = \(time) WHERE id = \(job) AND called_slow_at IS NULL") == 1
    }

    package func setRetries(_ retries: RetryState, of job: JobID) throws {
        try run("UPDATE job SET retries = \(try retries.columnText()) WHERE id = \(job)")
    }

    /// Deletes ended jobs created before `time` with all that hangs on them, but never a connection's newest, nor its
    /// newest scheduled one, from which the next is reckoned; at most `limit` a call. Returns how many.
    package func pruneJobs(createdBefore time: Instant, limit: Int) throws -> Int {
        let deleted = try rows(
            """
            DELETE FROM job WHERE id IN (
                SELECT id FROM job AS old
                WHERE old.created_at < \(time) AND old.status IN ('failed', 'succeeded', 'cancelled')
                  AND EXISTS (SELECT 1 FROM job AS newer
                              WHERE newer.connection_id = old.connection_id AND newer.id > old.id)
                  AND (NOT old.is_scheduled
                       OR EXISTS (SELECT 1 FROM job AS newer
                                  WHERE newer.connection_id = old.connection_id AND newer.id > old.id
                                    AND newer.is_scheduled))
                ORDER BY old.created_at LIMIT \(limit))
            RETURNING connection_id, kind, status
            """)
        try uncountEndedJobs(deleted)
        return deleted.count
    }
}

extension Job {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), connectionID: try row.id("connection_id"), kind: try row.choice("kind"),
            status: try row.choice("status"), isScheduled: try row.get("is_scheduled"),
            runID: try row.getOptional("run_id"), streams: try row.coded("streams"),
            refreshes: try row.coded("refreshes"), retries: try row.coded("retries"),
            createdAt: try row.get("created_at"),
            startedAt: try row.getOptional("started_at"), updatedAt: try row.get("updated_at"))
    }
}
