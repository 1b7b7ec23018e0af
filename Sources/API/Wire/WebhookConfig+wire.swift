import HTTPClient
import JSON
import Model
import SQL
import Secrets
import Time

extension WebhookConfig {
    /// Without the token.
    var wire: JSON {
        JSON(present: ["id": .id(id), "name": .string(name), "customDbtHost": customDbtHost.map(JSON.string)])
    }
}

/// A webhook configuration as a client writes it.
struct WebhookConfigWrite: Sendable, WireReadable {
    let id: WebhookConfigID?
    let name: String
    let token: String?
    /// Called before the configuration is taken.
    let validation: WebAddress?
    let customDbtHost: String?

    private static let secrets = SecretSchema(["properties": ["authToken": ["airbyte_secret": true]]])

    static func read(_ json: JSON, at path: String) throws -> WebhookConfigWrite {
        let body = try Body.read(json, at: path)
        let token = try body.text("authToken", atMost: 4000).flatMap { $0.isEmpty ? nil : $0 }
        guard token?.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) ?? true else {
            throw Problem.unprocessable("\(path).authToken must hold visible ASCII characters only.")
        }
        return WebhookConfigWrite(
            id: try body.optional("id"), name: try body.name("name") ?? "webhook", token: token,
            validation: try body.address("validationUrl").map { try WebAddress($0) },
            customDbtHost: try body.text("customDbtHost", atMost: 500))
    }

    /// Throws 422 where the service does not answer its validation address with success.
    func validate(with client: HTTPClient) async throws {
        guard let validation else { return }
        let headers = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        let reply = try await client.send(HTTPCall(validation, headers: headers))
        guard (200...299).contains(reply.status) else {
            throw Problem.unprocessable("The service \(validation) answered its validationUrl with \(reply.status).")
        }
    }

    /// The configuration in place of the one with the same id or, where none is given, the same name; a token that is left
    /// out stays as it is.
    func stored(
        replacing before: WebhookConfig?, _ vault: SecretVault, workspace: WorkspaceID, in session: any Session,
        at time: Instant
    ) throws -> WebhookConfig {
        var config = WebhookConfig(
            id: before?.id ?? WebhookConfigID(), name: name, authToken: before?.authToken, customDbtHost: customDbtHost)
        guard let token else { return config }
        config.authToken = try vault.split(
            ["authToken": .string(token)], schema: Self.secrets,
            replacing: before?.authToken.map { ["authToken": $0] }, workspace: workspace, in: session, at: time)[
                "authToken"]
        return config
    }
}

extension Workspace {
    /// Takes the list in place of the one before; what is not in it any more loses its token.
    mutating func replaceWebhooks(
        with configs: [WebhookConfigWrite], _ vault: SecretVault, in session: any Session, at time: Instant
    ) throws {
        var rest = webhooks
        webhooks = try configs.map { config in
            let place = rest.firstIndex { before in
                config.id.map { $0 == before.id } ?? (config.name == before.name)
            }
            return try config.stored(
                replacing: place.map { rest.remove(at: $0) }, vault, workspace: id, in: session, at: time)
        }
        for gone in rest { if let token = gone.authToken { try vault.forget(token, in: session) } }
    }
}
