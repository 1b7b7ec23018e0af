import Airbyte
import Flow
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import Time

/// `/api/v1/commands`: calls of connectors that a client starts under an id of its own, follows, and reads the answer
/// of.
struct CommandRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("commands/run/check", "runCheckCommand", runCheck),
            .config("commands/run/discover", "runDiscoverCommand", runDiscover),
            .config("commands/run/spec", "runSpecCommand", runSpecification),
            .config("commands/status", "getCommandStatus", status),
            .config("commands/cancel", "cancelCommand", cancel),
            .config("commands/output/check", "getCheckCommandOutput", checkOutput),
            .config("commands/output/discover", "getDiscoverCommandOutput", discoverOutput),
            .config("commands/output/spec", "getSpecCommandOutput", specificationOutput),
        ]
    }

    /// Of a saved connector, of one with another configuration, or of a definition with a configuration.
    func runCheck(_ body: Body) async throws -> JSON {
        let id = try body.commandID
        let configuration: JSONObject? = try body.optional("config")
        if let actor: ConnectorID = try body.optional("actor_id") {
            let connector = try await services.database.read { try $0.connectorOfEitherKind(actor) }
            if let configuration {
                let plain = try await services.plain(configuration, for: connector)
                try await services.commands.check(
                    id, connector.kind, definition: connector.definitionID, configuration: plain,
                    workspace: connector.workspaceID)
            } else {
                try await services.commands.check(id, connector)
            }
            return ["id": .string(id)]
        }
        let workspace: WorkspaceID = try body.required("workspace_id")
        let name: DefinitionID = try body.required("actor_definition_id")
        guard let configuration else { throw Problem.missing("config") }
        let definition = try await services.database.read { session in
            _ = try session.workspace(workspace)
            return try session.definitionOfEitherKind(name, for: workspace)
        }
        try definition.validate(.object(configuration), with: services)
        try await services.commands.check(
            id, definition.kind, definition: definition.id, configuration: .object(configuration),
            workspace: workspace)
        return ["id": .string(id)]
    }

    func runDiscover(_ body: Body) async throws -> JSON {
        let id = try body.commandID
        let actor: ConnectorID = try body.required("actor_id")
        let source = try await services.database.read { try $0.connector(.source, actor) }
        try await services.commands.discover(id, source)
        return ["id": .string(id)]
    }

    /// Of an image, or of a version of a definition's.
    func runSpecification(_ body: Body) async throws -> JSON {
        let id = try body.commandID
        let workspace: WorkspaceID = try body.required("workspace_id")
        let tag: String = try body.required("docker_image_tag")
        let name: DefinitionID? = try body.optional("actor_definition_id")
        let definition = try await services.database.read { session in
            _ = try session.workspace(workspace)
            return try name.map { try session.definitionOfEitherKind($0, for: workspace) }
        }
        let repository: String? = try body.optional("docker_image")
        guard let repository = repository ?? definition?.repository else {
            throw Problem.badRequest("Name the image by docker_image or by actor_definition_id.")
        }
        let image = try ConnectorImage(repository: repository, tag: tag)
        try await services.commands.specification(
            id, repository: image.repository, tag: image.tag, workspace: workspace)
        return ["id": .string(id)]
    }

    func status(_ body: Body) async throws -> JSON {
        let id = try body.commandID
        return ["id": .string(id), "status": .string(try await services.commands.status(of: id).rawValue)]
    }

    func cancel(_ body: Body) async throws -> JSON {
        let id = try body.commandID
        try await services.commands.cancel(id)
        return ["id": .string(id)]
    }

    func checkOutput(_ body: Body) async throws -> JSON {
        try await output(body, of: CheckConnector.self) { answer in
            var members = Self.ending(answer.succeeded == true, answer.failure, answer.call, body)
            members["message"] = answer.message.map(JSON.string)
            return members
        }
    }

    func discoverOutput(_ body: Body) async throws -> JSON {
        let database = services.database
        return try await output(body, of: DiscoverCatalog.self) { answer in
            let id = answer.catalogID.flatMap { UUID($0) }
            var members = Self.ending(id != nil, answer.failure, answer.call, body)
            guard let id else { return members }
            let found = try await database.read { try $0.discoveredCatalogIfAny(id) }
            members["catalogId"] = .string(id.description)
            members["catalog"] = found?.catalog.wire
            return members
        }
    }

    func specificationOutput(_ body: Body) async throws -> JSON {
        try await output(body, of: FetchSpecification.self) { answer in
            var members = Self.ending(answer.specification != nil, answer.failure, answer.call, body)
            members["spec"] = answer.specification
            return members
        }
    }

    /// Throws 409 where the command has not ended.
    private func output<Call: Workflow>(
        _ body: Body, of call: Call.Type, _ answer: (Call.Output) async throws -> JSONObject
    ) async throws -> JSON {
        let id = try body.commandID
        var members: JSONObject
        switch try await services.commands.result(id, of: call) {
        case nil:
            throw Problem(.tryAgainLater, "The command has not ended; ask commands/status until it has.")
        case .succeeded(let output): members = try await answer(output)
        case .failed:
            members = failed(.system, "The worker could not carry the command out; its log says why.")
        case .cancelled(let reason): members = failed(.cancelled, reason)
        }
        members["id"] = .string(id)
        return .object(members)
    }

    private func failed(_ kind: FailureReason.Kind, _ sentence: String) -> JSONObject {
        let failure = FailureReason(.platform, kind, sentence, at: services.clock.now)
        return ["status": "failed", "failureReason": failure.wire]
    }

    private static func ending(
        _ succeeded: Bool, _ failure: FailureReason?, _ call: CallRecord, _ body: Body
    ) -> JSONObject {
        var members: JSONObject = ["status": succeeded ? "succeeded" : "failed"]
        members["failureReason"] = failure?.wire
        if (try? body.optional("with_logs", as: Bool.self)) == true {
            members["logs"] = ["logType": "formatted", "logLines": .strings(call.logLines)]
        }
        return members
    }
}

extension Body {
    /// Any text that a client keeps its commands apart by; usually a UUID.
    fileprivate var commandID: String {
        get throws {
            guard let id = try text("id", atMost: 100), !id.isEmpty else { throw Problem.missing("id") }
            return id
        }
    }
}

extension Session {
    fileprivate func connectorOfEitherKind(_ id: ConnectorID) throws -> Connector {
        do { return try connector(.source, id) } catch let error as StoreError where error.code == .notFound {
            return try connector(.destination, id)
        }
    }

    /// Throws 404 where the definition is another workspace's own.
    fileprivate func definitionOfEitherKind(
        _ id: DefinitionID, for workspace: WorkspaceID
    ) throws -> ConnectorDefinition {
        let found: ConnectorDefinition
        do { found = try definition(.source, id) } catch let error as StoreError where error.code == .notFound {
            found = try definition(.destination, id)
        }
        guard found.workspaceID == nil || found.workspaceID == workspace else {
            throw StoreError.notFound("definition", id)
        }
        return found
    }
}
