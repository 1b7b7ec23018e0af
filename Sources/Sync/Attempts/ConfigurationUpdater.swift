import Airbyte
import Flow
import JSON
import Log
import Model
import SQL
import Secrets
import Store
import Time

/// Stores the configuration that a connector asks to have in place of its own, such as a rotated refresh token
/// (protocol.md 2.16).
struct ConfigurationUpdater: Sendable {
    let vault: SecretVault

    /// At once, since the old token may be void by now. A failure is logged and fails nothing else.
    func replace(
        _ kind: ConnectorKind, _ id: ConnectorID, with configuration: JSON, in flow: Flow, log: Log
    ) async {
        do {
            try await flow.fenced { [vault] session in
                let now = Instant(microseconds: try session.now())
                var connector = try session.connector(kind, id)
                let definition = try session.definition(kind, connector.definitionID)
                connector.configuration = try vault.split(
                    configuration, schema: SecretSchema(definition.specification.connectionSpecification),
                    replacing: connector.configuration, workspace: connector.workspaceID, in: session, at: now)
                connector.updatedAt = now
                try session.update(connector)
            }
            log.info("The \(kind.rawValue) replaced its configuration.")
        } catch {
            log.error("The configuration that the \(kind.rawValue) asked to store could not be stored: \(error)")
        }
    }
}
