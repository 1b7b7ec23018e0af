import Airbyte
import JSON
import Model
import Posix
import SQL
import Store

extension Connection {
    /// - Parameter newestCatalog: what its source was found to offer last.
    func wire(newestCatalog: UUID?, tags: [Tag]) -> JSON {
        var members: JSONObject = [
            "connectionId": .id(id),
            "name": .string(name),
            "workspaceId": .id(workspaceID),
            "sourceId": .id(sourceID),
            "destinationId": .id(destinationID),
            "namespaceDefinition": .string(namespaceDefinition.rawValue),
            "operationIds": .array(operationIDs.map { .id($0) }),
            "syncCatalog": catalog.wire(treated: treatments),
            "status": .string(status.rawValue),
            "breakingChange": .bool(hasBreakingChange),
            "schemaChange": .string(schemaChange(newestCatalog: newestCatalog)),
            "notifySchemaChanges": .bool(tellsSchemaChanges),
            "notifySchemaChangesByEmail": false,
            "nonBreakingChangesPreference": .string(nonBreakingChanges.rawValue),
            "backfillPreference": .string((backfills ? Backfill.enabled : .disabled).rawValue),
            "created_at": .seconds(createdAt),
            "tags": .array(tags.map(\.wire)),
            "onDemandEnabled": false,
        ]
        members["namespaceFormat"] = namespaceFormat.map(JSON.string)
        members["prefix"] = prefix.map(JSON.string)
        members["sourceCatalogId"] = sourceCatalogID.map { .string($0.description) }
        members["statusReason"] = statusReason.map(JSON.string)
        members["runPolicy"] = runPolicy.wire
        members["resourceRequirements"] = resources.wire
        for (key, value) in schedule.wire { members[key] = value }
        return .object(members)
    }

    /// `no_change`, `non_breaking` or `breaking`: how the source stands to what the connection was configured with.
    private func schemaChange(newestCatalog: UUID?) -> String {
        if hasBreakingChange { return "breaking" }
        guard let newestCatalog, let sourceCatalogID, newestCatalog != sourceCatalogID else { return "no_change" }
        return "non_breaking"
    }

    /// Changes what the body names and leaves the rest; its streams are for `StreamConfiguration`.
    mutating func apply(_ body: Body, allowsLegacySchedule: Bool) throws {
        name = try body.name("name") ?? name
        namespaceDefinition = try body.optional("namespaceDefinition") ?? namespaceDefinition
        namespaceFormat = try body.text("namespaceFormat", atMost: 1000) ?? namespaceFormat
        prefix = try body.text("prefix", atMost: 500) ?? prefix
        if let wanted: Status = try body.optional("status"), wanted != status {
            status = wanted
            statusReason = nil
        }
        schedule = try ConnectionSchedule(wire: body, allowsLegacy: allowsLegacySchedule) ?? schedule
        sourceCatalogID = try body.optional("sourceCatalogId") ?? sourceCatalogID
        operationIDs = try body.optional("operationIds") ?? operationIDs
        runPolicy = try body.optional("runPolicy") ?? runPolicy
        resources = try body.optional("resourceRequirements") ?? resources
        nonBreakingChanges = try body.optional("nonBreakingChangesPreference") ?? nonBreakingChanges
        if let backfill: Backfill = try body.optional("backfillPreference") { backfills = backfill == .enabled }
        tellsSchemaChanges = try body.optional("notifySchemaChanges") ?? tellsSchemaChanges
        hasBreakingChange = try body.optional("breakingChange") ?? hasBreakingChange
        guard body.has("namespaceDefinition") || body.has("namespaceFormat") else { return }
        guard namespaceDefinition != .customFormat || namespaceFormat?.isEmpty == false else {
            throw Problem.badRequest("namespaceFormat is missing; the namespace definition customformat needs it.")
        }
    }
}

/// Airbyte's words for whether a grown stream is read from its beginning.
private enum Backfill: String, WireReadable, CaseIterable { case enabled, disabled }

extension Session {
    /// The connection as the interface shows it.
    func wire(_ connection: Connection) throws -> JSON { try wire([connection])[0] }

    /// Connections as the interface shows them, in the same order.
    func wire(_ connections: [Connection]) throws -> [JSON] {
        let tags = try tags(of: connections.map(\.id))
        return try connections.map { connection in
            connection.wire(
                newestCatalog: try newestCatalogID(of: connection.sourceID), tags: tags[connection.id] ?? [])
        }
    }
}
