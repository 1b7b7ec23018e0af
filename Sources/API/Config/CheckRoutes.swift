import HTTP
import JSON
import Model
import SQL
import Secrets
import Store
import Sync

/// Checks of sources and destinations, saved or about to be.
struct CheckRoutes: Sendable {
    let kind: ConnectorKind
    let services: APIServices

    var routes: [Route] {
        let noun = kind.noun
        return [
            .config("\(kind.plural)/check_connection", "checkConnectionTo\(noun)", check),
            .config("\(kind.plural)/check_connection_for_update", "checkConnectionTo\(noun)ForUpdate", checkForUpdate),
        ]
    }

    func check(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required(kind.idKey)
        _ = try await services.database.read { try $0.connector(kind, id) }
        return wire(try await services.calls.check(kind, id), id)
    }

    /// Checks a changed configuration without saving it; a masked secret stands for the one that is stored.
    func checkForUpdate(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required(kind.idKey)
        let configuration: JSONObject = try body.required("connectionConfiguration")
        let connector = try await services.database.read { try $0.connector(kind, id) }
        let plain = try await services.plain(configuration, for: connector)
        let answer = try await services.calls.check(
            kind, definition: connector.definitionID, configuration: plain, workspace: connector.workspaceID)
        return wire(answer, id)
    }

    private func wire(_ answer: CheckAnswer, _ id: ConnectorID) -> JSON {
        JSON(present: [
            "status": answer.succeeded.map { $0 ? "succeeded" : "failed" },
            "message": answer.message.map(JSON.string),
            "jobInfo": answer.call.wire(
                kind.checkType, of: id.description, succeeded: answer.succeeded != nil, failure: answer.failure),
        ])
    }
}
