import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store

/// The orders of `/api/v1/connections`: sync, and clear in its two names.
struct ConnectionJobRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("connections/sync", "syncConnection", sync),
            .config("connections/reset", "resetConnection", clear),
            .config("connections/clear", "clearConnection", clear),
            .config("connections/reset/stream", "resetConnectionStream", clearStreams),
            .config("connections/clear/stream", "clearConnectionStream", clearStreams),
        ]
    }

    func sync(_ body: Body) async throws -> JSON { try await start(.sync, body, []) }

    func clear(_ body: Body) async throws -> JSON { try await start(.reset, body, []) }

    /// An empty list means every stream.
    func clearStreams(_ body: Body) async throws -> JSON { try await start(.reset, body, body.required("streams")) }

    private func start(_ kind: Job.Kind, _ body: Body, _ streams: [StreamDescriptor]) async throws -> JSON {
        let job = try await services.start(kind, try body.required("connectionId"), streams)
        return try await services.database.read { try $0.record(of: job).wire() }
    }
}

extension APIServices {
    /// Starts a job of a connection; throws 409 where one has not ended.
    func start(_ kind: Job.Kind, _ id: ConnectionID, _ streams: [StreamDescriptor] = []) async throws -> Job {
        _ = try await database.read { try $0.connection(id) }
        do {
            return try await orders.start(kind, connection: id, streams: streams, isScheduled: false)
        } catch let error as StoreError where error.code == .conflict && error.resource == "job" {
            throw Problem(.tryAgainLater, "A sync is already running for: \(id)")
        }
    }
}
