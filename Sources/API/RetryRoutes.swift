import HTTP
import JSON
import SQL
import Store

/// `/api/swiftlet/jobs`: what Airbyte's interface has no words for.
struct RetryRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.post, "/api/swiftlet/jobs/{id}/retry_failed_streams", "swiftlet.retryFailedStreams") { request in
                let job = try await services.retryFailedStreams(of: request.jobID("id"))
                return .answer(try await services.database.read { try $0.record(of: job).wire() })
            }
        ]
    }
}
