import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store
import Sync

/// The orders of `/api/v1/connections`: sync, refresh, and clear in its two names.
struct ConnectionJobRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("connections/sync", "syncConnection", sync),
            .config("connections/reset", "resetConnection", clear),
            .config("connections/clear", "clearConnection", clear),
            .config("connections/reset/stream", "resetConnectionStream", clearStreams),
            .config("connections/clear/stream", "clearConnectionStream", clearStreams),
            .config("connections/refresh", "refreshConnectionStream", refresh),
        ]
    }

    /// Of all streams, or of those that the body lists, which Airbyte's interface does not know.
    func sync(_ body: Body) async throws -> JSON { try await start(.sync, body, body.optional("streams") ?? []) }

    func clear(_ body: Body) async throws -> JSON { try await start(.reset, body, []) }

    /// An empty list means every stream.
    func clearStreams(_ body: Body) async throws -> JSON { try await start(.reset, body, body.required("streams")) }

    private enum RefreshMode: String, WireReadable, CaseIterable { case merge, truncate }

    /// Reads streams from their beginning again; without a list, all. Where the destination cannot take that, the
    /// answer is empty, as Airbyte's is.
    func refresh(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let mode: RefreshMode = try body.required("refreshMode")
        let streams: [StreamDescriptor] = try body.optional("streams") ?? []
        let isAble = try await services.database.read { session in
            try session.supportsRefreshes(session.connection(id).destinationID)
        }
        guard isAble else { return [:] }
        let job = try await services.refresh(id, streams, mode == .merge ? .merge : .truncate)
        return try await services.database.read { try $0.record(of: job).lightWire }
    }

    private func start(_ kind: Job.Kind, _ body: Body, _ streams: [StreamDescriptor]) async throws -> JSON {
        let job = try await services.start(kind, try body.required("connectionId"), streams)
        return try await services.database.read { try $0.record(of: job).wire() }
    }
}

extension APIServices {
    /// Starts a job of a connection; throws 409 where one has not ended.
    func start(_ kind: Job.Kind, _ id: ConnectionID, _ streams: [StreamDescriptor] = []) async throws -> Job {
        try await ordering(id) {
            try await orders.start(kind, connection: id, streams: streams, isScheduled: false)
        }
    }

    /// As above, for a refresh; throws 422 where the destination does not support any.
    func refresh(
        _ id: ConnectionID, _ streams: [StreamDescriptor], _ mode: StreamRefresh.Mode
    ) async throws -> Job {
        try await ordering(id) { try await orders.refresh(id, streams: streams, mode: mode) }
    }

    /// As above, for the streams that a job has left incomplete.
    func retryFailedStreams(of job: JobID) async throws -> Job {
        let connection = try await database.read { try $0.job(job).connectionID }
        return try await ordering(connection) { try await orders.retryFailedStreams(of: job) }
    }

    private func ordering(_ id: ConnectionID, _ order: () async throws -> Job) async throws -> Job {
        _ = try await database.read { try $0.connection(id) }
        do { return try await order() } catch let error as StoreError
            where error.code == .conflict && error.resource == "job"
        {
            // Names the job; clients look for how it begins.
            throw Problem(.tryAgainLater, error.message)
        }
    }
}
