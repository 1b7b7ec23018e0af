import SQL
import Time

/// The statements that record steps, each of them its own fence.
struct StepInsert: Sendable {
    let results: [StepWriter.Result]

    init(_ results: [StepWriter.Result]) { self.results = results }

    /// Answers which of the steps were recorded by this.
    func write(in session: any Session) throws -> Set<StepKey> {
        var written: Set<StepKey> = []
        var rest = results[...]
        while !rest.isEmpty {
            // A power of two, so that the database has few statements to prepare.
            let count = 1 << (Int.bitWidth - 1 - rest.count.leadingZeroBitCount)
            for row in try session.rows(Self.query(rest.prefix(count), session.dialect)) {
                written.insert(StepKey(run: try row.get("run_id"), name: try row.get("name")))
            }
            rest = rest.dropFirst(count)
        }
        return written
    }

    private static func query(_ results: ArraySlice<StepWriter.Result>, _ dialect: Dialect) -> Query {
        var query = Query.StringInterpolation(literalCapacity: 1000 + results.count * 100, interpolationCount: 0)
        query.appendLiteral("WITH step (run_id, token, worker_id, name, value, spent) AS (VALUES ")
        for (index, result) in results.enumerated() {
            query.appendLiteral(index == 0 ? "(CAST(" : ", (CAST(")
            query.appendInterpolation(result.fence.run)
            query.appendLiteral(" AS BIGINT), CAST(")
            query.appendInterpolation(result.fence.token)
            query.appendLiteral(" AS BIGINT), CAST(")
            query.appendInterpolation(result.fence.worker)
            query.appendLiteral(" AS TEXT), CAST(")
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
            WHERE run.state = 'running' AND run.lease_token = step.token AND run.worker_id = step.worker_id
              AND EXISTS (
                  SELECT 1 FROM worker
                  WHERE worker.id = step.worker_id AND worker.ended_at IS NULL AND worker.lease_until >
            """)
        query.appendLiteral(" ")
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
