import Access
import Airbyte
import HTTP
import JSON
import Model
import Posix
import SQL
import SchemaChanges
import Store
import Sync
import Time

/// What connections do about changes of their sources, and what has changed between two discoveries.
struct SchemaChangeRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("connections/apply_schema_changes", "applySchemaChangeForConnection", applyToConnection),
            .config("sources/apply_schema_changes", "applySchemaChangeForSource", applyToSource),
            .config("catalogs/diff", "diffCatalogs", compare),
        ]
    }

    /// Takes over what the connection's preference allows; what it ignores, it has seen from then on.
    func applyToConnection(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let catalog: UUID = try body.required("catalogId")
        return try await services.database.write { session in
            let connection = try session.lockedConnection(id)
            let found = try session.discoveredCatalog(catalog, of: connection.sourceID)
            let diff = try apply(found, to: connection, in: session)
            return diff.isEmpty ? [:] : ["propagatedDiff": diff.json]
        }
    }

    func applyToSource(_ body: Body) async throws {
        let id: ConnectorID = try body.required("sourceId")
        let catalog: UUID = try body.required("catalogId")
        try await services.database.write { session in
            _ = try session.connector(.source, id)
            let found = try session.discoveredCatalog(catalog, of: id)
            for connection in try session.connections(touching: id) {
                _ = try apply(found, to: session.lockedConnection(connection.id), in: session)
            }
        }
    }

    private func apply(
        _ found: DiscoveredCatalog, to connection: Connection, in session: any Session
    ) throws -> CatalogDiff {
        guard connection.status != .deprecated else { return CatalogDiff() }
        let now = Instant(microseconds: try session.now())
        let update = try services.schemaUpdater.update(connection, to: found, on: .sync, in: session, at: now)
        var after = update.connection
        let isSeen = after.status == .active && !after.hasBreakingChange && after.nonBreakingChanges == .ignore
        if isSeen, after.sourceCatalogID != found.id {
            after.sourceCatalogID = found.id
            after.updatedAt = now
            try session.update(after, jitter: services.jitter)
        }
        return update.diff
    }

    /// On behalf of a connection it tells what the change means to that one, and may write it down.
    func compare(_ body: Body) async throws -> JSON {
        let current: UUID = try body.required("current_catalog_id")
        let new: UUID = try body.required("new_catalog_id")
        let id: ConnectionID? = try body.optional("connection_id")
        let persists = try body.optional("persist_changes") ?? false
        guard !persists || id != nil else { throw Problem.missing("connection_id") }
        let caller = body.caller
        return try await services.database.write { session in
            let before = try session.discoveredCatalog(current)
            let found = try session.discoveredCatalog(new)
            guard let id else { return Self.comparison(before.catalog, found.catalog) }
            let connection = try session.lockedConnection(id)
            guard connection.sourceID == found.sourceID, before.sourceID == found.sourceID else {
                throw Problem.badRequest("The catalogs are not of the connection's source.")
            }
            if persists {
                try caller.need(.editor, in: connection.workspaceID)
                _ = try services.schemaUpdater.update(
                    connection, to: found, on: .question, in: session, at: Instant(microseconds: session.now()))
            }
            let modes = try session.destinationModes(of: connection)
            let review = SchemaReview(
                of: found.catalog, since: before.catalog, for: connection, destinationModes: modes)
            return [
                "catalog_diff": review.diff.json, "schema_change": .string(review.diff.standing),
                "merged_catalog": connection.merged(with: found.catalog, destinationModes: modes),
            ]
        }
    }

    private static func comparison(_ before: AirbyteCatalog, _ after: AirbyteCatalog) -> JSON {
        let all = ConfiguredCatalog(streams: before.streams.map { ConfiguredStream(proposing: $0) })
        let diff = CatalogDiff(from: before, to: after, configured: all)
        return ["catalog_diff": diff.json, "schema_change": .string(diff.standing)]
    }
}

extension CatalogDiff {
    fileprivate var standing: String { isEmpty ? "no_change" : isBreaking ? "breaking" : "non_breaking" }
}

extension Caller {
    /// Throws 403 where the caller has not this role; for what only part of an operation needs.
    func need(_ role: Role, in workspace: WorkspaceID) throws {
        guard let own = self.role(in: workspace), own >= role else {
            throw Problem(.forbidden, "This needs the role \(role.rawValue) in the workspace.")
        }
    }
}

extension Session {
    /// Throws 404 where the catalog was not discovered at that source.
    fileprivate func discoveredCatalog(_ id: UUID, of source: ConnectorID) throws -> DiscoveredCatalog {
        let found = try discoveredCatalog(id)
        guard found.sourceID == source else { throw StoreError.notFound("catalog", id) }
        return found
    }

    /// What the specification of the connection's destination lists.
    func destinationModes(of connection: Connection) throws -> [DestinationSyncMode] {
        let destination = try connectorWithTombstone(.destination, connection.destinationID)
        return try definition(behind: destination).specification.supportedDestinationSyncModes.compactMap {
            DestinationSyncMode(rawValue: $0)
        }
    }
}
