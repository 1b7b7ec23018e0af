import SQL
import Time

/// The statement that records steps of one worker's runs; it is the fence of each of them.
struct StepInsert: Sendable {
    let worker: WorkerID
    let results: [StepWriter.Result]

    init(_ results: [StepWriter.Result], by worker: WorkerID) {
        self.results = results
        self.worker = worker
    }

    /// Answers which of the steps were recorded by this.
    func write(in session: any Session) throws -> Set<StepKey> {
        try Self.keys(of: session.rows(query(session.dialect)))
    }

    static func keys(of rows: [Row]) throws -> Set<StepKey> {
        Set(try rows.map { StepKey(run: try $0.get("run_id"), name: try $0.get("name")) })
    }

    /// One statement for each power of two, so that the database has few to prepare; what is missing is made up with
    /// steps of no run.
    func query(_ dialect: Dialect) -> Query {
        var query = Query.StringInterpolation(literalCapacity: 1000 + results.count * 200, interpolationCount: 0)
        query.appendLiteral("WITH step (run_id, token, name, value, spent) AS (VALUES ")
        var count = 1
        while count < results.count { count *= 2 }
        for index in 0..<count {
            let result = results[min(index, results.count - 1)]
            query.appendLiteral(index == 0 ? "(CAST(" : ", (CAST(")
            query.appendInterpolation(index < results.count ? result.fence.run : RunID(-1))
            query.appendLiteral(" AS BIGINT), CAST(")
            query.appendInterpolation(result.fence.token)
            query.appendLiteral(" AS BIGINT), CAST(")
            query.appendInterpolation(result.name.text)
            query.appendLiteral(" AS TEXT), CAST(")
            query.appendInterpolation(result.value)
            query.appendLiteral(" AS TEXT), CAST(")
            query.appendInterpolation(result.spent.wholeMicroseconds)
            query.appendLiteral(" AS BIGINT))")
        }
        let now = dialect.now
        query.appendLiteral(
            """
            ) INSERT INTO run_step (run_id, name, lease_token, started_at, recorded_at, value)
            SELECT run.id, step.name, run.lease_token,
            """)
        query.appendLiteral(" ")
        query.appendInterpolation(now)
        query.appendLiteral(" - step.spent, ")
        query.appendInterpolation(now)
        query.appendLiteral(
            """
            , step.value FROM step JOIN run ON run.id = step.run_id
            WHERE run.state = 'running' AND run.lease_token = step.token AND run.worker_id =
            """)
        query.appendLiteral(" ")
        query.appendInterpolation(worker)
        // Of no column of the others, so that it is looked at once and not for each of them.
        query.appendLiteral(" AND EXISTS (SELECT 1 FROM worker WHERE id = ")
        query.appendInterpolation(worker)
        query.appendLiteral(" AND ended_at IS NULL AND lease_until > ")
        query.appendInterpolation(now)
        query.appendLiteral(") ")
        query.appendInterpolation(dialect.engine == .postgres ? "FOR NO KEY UPDATE OF run" : "" as Fragment)
        query.appendLiteral(
            """
             ON CONFLICT (run_id, name) DO UPDATE
            SET lease_token = excluded.lease_token, recorded_at = excluded.recorded_at, value = excluded.value,
                wake_at = NULL
            WHERE run_step.recorded_at IS NULL
            RETURNING run_id, name
            """)
        return Query(stringInterpolation: query)
    }
}
