import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/v1/attempt`: single attempts.
struct AttemptRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("attempt/get_for_job", "getAttemptForJob", get),
            .config("attempt/get_combined_stats", "getAttemptCombinedStats", stats),
        ]
    }

    func get(_ body: Body) async throws -> JSON {
        try await read(body) { attempt, session in
            let tails = try session.logTails(
                of: attempt.jobID, attempt: attempt.number, limit: AttemptLog.mostBytes)
            return [
                "attempt": attempt.wire, "logType": "structured",
                "logs": tails[attempt.number]?.wire ?? AttemptLog().wire,
            ]
        }
    }

    func stats(_ body: Body) async throws -> JSON {
        try await read(body) { attempt, _ in attempt.wire["totalStats"] ?? [:] }
    }

    private func read(
        _ body: Body, _ answer: @escaping @Sendable (Attempt, any Session) throws -> JSON
    ) async throws -> JSON {
        let job: JobID = try body.required("jobId")
        let number: Int = try body.required("attemptNumber")
        return try await services.database.read { session in
            let attempts = try session.record(of: session.job(job)).attempts
            guard let attempt = attempts.first(where: { $0.number == number }) else {
                throw StoreError.notFound("attempt", "\(job)/\(number)")
            }
            return try answer(attempt, session)
        }
    }
}
