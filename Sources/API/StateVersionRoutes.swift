import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store
import Time

/// `/api/swiftlet/connections/{id}/states`: what the state of a connection was, and putting it back.
struct StateVersionRoutes: Sendable {
    static let prefix = "/api/swiftlet/connections/{connectionId}/states"

    let services: APIServices

    var routes: [Route] {
        [
            Route(.get, Self.prefix, "swiftlet.listStates") { .answer(try await list($0.connectionID)) },
            Route(.get, Self.prefix + "/{version}", "swiftlet.getState") { request in
                .answer(try await get(request.connectionID, version: request.version))
            },
            Route(.post, Self.prefix + "/{version}/restore", "swiftlet.restoreState") { request in
                .answer(try await restore(request.connectionID, version: request.version, Body(request)))
            },
        ]
    }

    private func list(_ id: ConnectionID) async throws -> JSON {
        try await services.database.read { session in
            _ = try session.connection(id)
            return ["data": .array(try session.stateVersions(of: id).map(\.wire))]
        }
    }

    private func get(_ id: ConnectionID, version: Int64) async throws -> JSON {
        try await services.database.read { try $0.state(of: id, version: version).wire(of: id) }
    }

    /// Puts back the whole state, or only the named `streams`: those that the version lacks are forgotten, so that they
    /// are read from their beginning.
    private func restore(_ id: ConnectionID, version: Int64, _ body: Body) async throws -> JSON {
        let chosen: [StreamDescriptor]? = try body.optional("streams")
        return try await services.database.write { session in
            try session.refuseLiveJob(of: id)
            var state = try session.state(of: id, version: version)
            if let chosen { state = try session.state(of: id).taking(chosen, from: state) }
            try session.replaceState(of: id, by: state, cause: .restored, at: Instant(microseconds: session.now()))
            return try session.state(of: id).wire(of: id)
        }
    }
}

extension ConnectionState {
    /// This state with single streams as they are in another; only states by stream can be taken apart.
    fileprivate func taking(_ chosen: [StreamDescriptor], from other: ConnectionState) throws -> ConnectionState {
        guard let own = byStream, let others = other.byStream else {
            throw Problem.unprocessable(
                "Single streams cannot be put back: the source keeps one state for all of them. Leave streams out.")
        }
        return .stream(
            own.filter { !chosen.contains($0.descriptor) } + others.filter { chosen.contains($0.descriptor) })
    }

    private var byStream: [StreamState]? {
        switch self {
        case .empty: []
        case .stream(let states): states
        case .global, .legacy: nil
        }
    }
}

extension StateVersion {
    fileprivate var wire: JSON {
        JSON(present: [
            "version": .integer(number), "cause": .string(cause.rawValue), "jobId": jobID.map { .integer($0) },
            "bytes": .integer(size), "createdAt": .seconds(createdAt),
        ])
    }
}

extension HTTPRequest {
    fileprivate var connectionID: ConnectionID {
        get throws { try ConnectionID.read(.string(parameters["connectionId"] ?? ""), at: "The connection's id") }
    }

    fileprivate var version: Int64 {
        get throws {
            guard let number = parameters["version"].flatMap({ Int64($0) }) else {
                throw Problem.unprocessable("A version of a state is a whole number.")
            }
            return number
        }
    }
}
