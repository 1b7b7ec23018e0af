import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store
import Time

/// `/api/v1/state`: where the source of a connection will go on.
struct StateRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("state/get", "getState", get),
            .config("state/create_or_update", "createOrUpdateState") { try await replace($0, isSafe: false) },
            .config("state/create_or_update_safe", "createOrUpdateStateSafe") { try await replace($0, isSafe: true) },
            .config("web_backend/state/get_type", "getStateType", kind),
        ]
    }

    private func get(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        return try await services.database.read { session in
            _ = try session.connection(id)
            return try session.state(of: id).wire(of: id)
        }
    }

    /// The bare name of the form, as a JSON string.
    private func kind(_ body: Body) async throws -> JSON { try await get(body)["stateType"] ?? .null }

    /// Replaces the whole state. The safe way refuses while a job is under way, whose own state would be written over.
    private func replace(_ body: Body, isSafe: Bool) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let state: ConnectionState = try body.required("connectionState")
        return try await services.database.write { session in
            if isSafe { try session.refuseLiveJob(of: id) } else { _ = try session.lockedConnection(id) }
            try session.replaceState(
                of: id, by: state, cause: .replaced, at: Instant(microseconds: try session.now()))
            return try session.state(of: id).wire(of: id)
        }
    }
}

extension Session {
    /// Holds the connection's row, so that no job begins, and throws 423 where one is under way.
    func refuseLiveJob(of id: ConnectionID) throws {
        _ = try lockedConnection(id)
        guard let job = try liveJob(of: id) else { return }
        throw Problem(
            .locked,
            "Job \(job.id) of the connection is under way and will write its own state; cancel it or wait for its end.")
    }
}
