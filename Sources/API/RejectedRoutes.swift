import HTTP
import Model
import SQL
import Store

/// `/api/swiftlet/jobs/{jobId}/attempts/{number}/rejected`: the records that an attempt rejected, one JSON object a line,
/// as far as they are kept.
struct RejectedRoutes: Sendable {
    static let path = "/api/swiftlet/jobs/{jobId}/attempts/{number}/rejected"

    let services: APIServices

    var routes: [Route] {
        [Route(.get, Self.path, "swiftlet.getRejectedRecords") { request in try await get(request) }]
    }

    private func get(_ request: HTTPRequest) async throws -> HTTPResponse {
        let id = try request.jobID("jobId")
        guard let number = request.parameters["number"].flatMap({ Int($0) }) else {
            throw Problem.badRequest("The number of an attempt is a whole number.")
        }
        let lines = try await services.database.read { session in
            _ = try session.job(id)
            guard try session.attempts(of: id).contains(where: { $0.number == number }) else {
                throw StoreError.notFound("attempt", number)
            }
            return try session.rejects(of: id, attempt: number)
        }
        return HTTPResponse(
            200,
            headers: [
                "Content-Type": "application/x-ndjson",
                "Content-Disposition": "attachment; filename=\"rejected-\(id)-\(number).jsonl\"",
            ], body: lines)
    }
}
