import Flow
import HTTP
import JSON

/// `/api/swiftlet/runs`: the workflow runs behind jobs, checks and discoveries, for whoever looks after the
/// installation. Jobs are cancelled as jobs; a run can be put off, put back and hurried.
struct RunRoutes: Sendable {
    static let prefix = "/api/swiftlet/runs"

    let services: APIServices
    private var flows: FlowClient { FlowClient(database: services.database) }

    var routes: [Route] {
        [
            Route(.get, Self.prefix, "swiftlet.listRuns") { request in .answer(try await list(request.query)) },
            Route(.get, Self.prefix + "/{runId}", "swiftlet.getRun") { request in
                .answer(try await get(request.runID))
            },
            Route(.post, Self.prefix + "/{runId}/pause", "swiftlet.pauseRun") { request in
                .answer(try await signal(request.runID, .pause))
            },
            Route(.post, Self.prefix + "/{runId}/resume", "swiftlet.resumeRun") { request in
                .answer(try await signal(request.runID, .resume))
            },
            Route(.post, Self.prefix + "/{runId}/run_now", "swiftlet.hurryRun") { request in
                .answer(try await signal(request.runID, .runNow))
            },
        ]
    }

    /// The newest first; `before` is the last of the page before.
    private func list(_ query: HTTPQuery) async throws -> JSON {
        let states = try query.all("state").map { name in
            guard let state = RunState(rawValue: name) else {
                throw Problem.unprocessable(
                    "state must be one of \(RunState.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return state
        }
        let runs = try await flows.list(
            RunFilter(
                workflow: query["workflow"].map { WorkflowName($0) }, workspace: query["workspaceId"], states: states,
                before: try query.number("before").map(RunID.init), limit: Int(try query.number("limit") ?? 50)))
        return ["data": .array(runs.map(\.wire))]
    }

    private func get(_ id: RunID) async throws -> JSON {
        let run = try await flows.status(id)
        let history = try await flows.history(of: id)
        return ["run": run.wire, "history": .array(history.map(\.wire))]
    }

    private func signal(_ id: RunID, _ signal: RunSignal) async throws -> JSON {
        if try await flows.signal(id, signal) == .late { throw Problem(.conflict, "Run \(id) has already ended.") }
        return try await get(id)
    }
}

extension HTTPRequest {
    fileprivate var runID: RunID {
        get throws {
            guard let number = parameters["runId"].flatMap({ Int64($0) }) else {
                throw Problem.unprocessable("A run's id is a whole number.")
            }
            return RunID(number)
        }
    }
}

extension HTTPQuery {
    fileprivate func number(_ name: String) throws -> Int64? {
        guard let text = self[name] else { return nil }
        guard let number = Int64(text), number > 0 else {
            throw Problem.unprocessable("\(name) must be a whole number above 0.")
        }
        return number
    }
}
