import Airbyte
import JSON
import Model
import Posix

extension Connection {
    var wire: JSON {
        var members: JSONObject = [
            "connectionId": .id(id),
            "name": .string(name),
            "workspaceId": .id(workspaceID),
            "sourceId": .id(sourceID),
            "destinationId": .id(destinationID),
            "namespaceDefinition": .string(namespaceDefinition.rawValue),
            "operationIds": [],
            "syncCatalog": catalog.wire,
            "status": .string(status.rawValue),
            "breakingChange": false,
            "notifySchemaChanges": false,
            "notifySchemaChangesByEmail": false,
            "nonBreakingChangesPreference": .string(nonBreakingChanges.rawValue),
            "backfillPreference": "disabled",
            "created_at": .seconds(createdAt),
            "tags": [],
            "onDemandEnabled": false,
        ]
        members["namespaceFormat"] = namespaceFormat.map(JSON.string)
        members["prefix"] = prefix.map(JSON.string)
        members["sourceCatalogId"] = sourceCatalogID.map { .string($0.description) }
        members["statusReason"] = statusReason.map(JSON.string)
        members["runPolicy"] = runPolicy.wire
        for (key, value) in schedule.wire { members[key] = value }
        return .object(members)
    }

    /// Changes what the body names and leaves the rest.
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
        catalog = try body.optional("syncCatalog") ?? catalog
        sourceCatalogID = try body.optional("sourceCatalogId") ?? sourceCatalogID
        runPolicy = try body.optional("runPolicy") ?? runPolicy
        nonBreakingChanges = try body.optional("nonBreakingChangesPreference") ?? nonBreakingChanges
        guard namespaceDefinition != .customFormat || namespaceFormat?.isEmpty == false else {
            throw Problem.badRequest("namespaceFormat is missing; the namespace definition customformat needs it.")
        }
    }
}
