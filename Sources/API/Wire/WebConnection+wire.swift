import Airbyte
import JSON
import Model
import Posix
import SQL
import SchemaChanges
import Store

extension Session {
    /// The connection as the web interface reads it: with its connectors, its operations and its newest job.
    func webWire(of id: ConnectionID, _ news: News?) throws -> JSON {
        let connection = try connection(id)
        let source = try connectorWithTombstone(.source, connection.sourceID)
        let destination = try connectorWithTombstone(.destination, connection.destinationID)
        let (from, to) = (try definition(behind: source), try definition(behind: destination))
        var newest = JobFilter()
        newest.connection = id
        newest.limit = 1
        let job = try jobs(newest).first
        var members = try wire(connection).objectValue ?? [:]
        members["createdAt"] = members["created_at"]
        members["created_at"] = nil
        members["sourceCatalogId"] = nil
        members["source"] = source.wire(from)
        members["destination"] = destination.wire(to)
        members["sourceActorDefinitionVersion"] = from.versionWire
        members["destinationActorDefinitionVersion"] = to.versionWire
        members["operations"] = .array(try operations(connection.operationIDs).map(\.wire))
        members["isSyncing"] = .bool(job.map { !$0.status.isTerminal } ?? false)
        members["latestSyncJobStatus"] = job.map { .string($0.status.rawValue) }
        members["latestSyncJobCreatedAt"] = job.map { .seconds($0.createdAt) }
        let modes = try destinationModes(of: connection)
        if let news {
            members["syncCatalog"] = connection.merged(with: news.found.catalog, destinationModes: modes)
            members["catalogId"] = .string(news.found.id.description)
            members["catalogDiff"] = news.diff.json
        } else if let known = try connection.sourceCatalogID.flatMap({ try discoveredCatalogIfAny($0) }) {
            members["syncCatalog"] = connection.completed(by: known.catalog, destinationModes: modes)
            members["catalogId"] = .string(known.id.description)
        }
        return .object(members)
    }
}

extension ListedConnection {
    var wire: JSON {
        var members: JSONObject = [
            "connectionId": .id(id), "name": .string(name), "status": .string(status.rawValue),
            "source": source.wire(.source), "destination": destination.wire(.destination),
            "isSyncing": .bool(jobStatus.map { !$0.isTerminal } ?? false), "schemaChange": .string(schemaChange),
            "sourceActorDefinitionVersion": source.versionWire,
            "destinationActorDefinitionVersion": destination.versionWire, "tags": .array(tags.map(\.wire)),
            "onDemandEnabled": false,
        ]
        for (key, value) in schedule.wire where key != "schedule" { members[key] = value }
        members["latestSyncJobStatus"] = jobStatus.map { .string($0.rawValue) }
        members["latestSyncJobCreatedAt"] = jobCreatedAt.map(JSON.seconds)
        return .object(members)
    }

    private var schemaChange: String {
        if hasBreakingChange { return "breaking" }
        guard let newestCatalogID, let sourceCatalogID, newestCatalogID != sourceCatalogID else { return "no_change" }
        return "non_breaking"
    }
}

extension ListedConnection.End {
    fileprivate func wire(_ kind: ConnectorKind) -> JSON {
        var members: JSONObject = [
            kind.idKey: .id(id), "name": .string(name), kind.definitionIDKey: .id(definitionID),
            kind.nameKey: .string(definitionName),
        ]
        members["icon"] = icon.map(JSON.string)
        return .object(members)
    }

    fileprivate var versionWire: JSON {
        [
            "dockerRepository": .string(repository), "dockerImageTag": .string(tag),
            "supportsRefreshes": .bool(supportsRefreshes), "isVersionOverrideApplied": false,
            "supportLevel": isCustom ? "none" : "certified", "supportState": "supported",
            "supportsFileTransfer": false, "supportsDataActivation": false,
        ]
    }
}
