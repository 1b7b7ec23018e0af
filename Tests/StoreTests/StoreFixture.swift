import Airbyte
import JSON
import Model
import SQL
import Schedule
import Schema
import Store
import TestKit
import Time

/// A migrated database with a workspace, a source, a destination and a connection between them.
struct StoreFixture: Sendable {
    let database: TestDatabase
    let workspace: Workspace
    let source: Connector
    let destination: Connector
    let connection: Connection

    init(_ engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine, migrations: Migration.all)
        let now = Instant(seconds: 1_800_000_000)
        let workspace = Workspace(name: "w", slug: "w", createdAt: now)
        func definition(_ kind: ConnectorKind) -> ConnectorDefinition {
            ConnectorDefinition(
                kind: kind, name: "d", repository: "swiftlet/x", tag: "1",
                specification: ConnectorSpecification(json: [:]), createdAt: now)
        }
        let definitions = [definition(.source), definition(.destination)]
        let connectors = definitions.map { definition in
            Connector(
                kind: definition.kind, definitionID: definition.id, workspaceID: workspace.id, name: "c",
                configuration: ["n": 1], createdAt: now, updatedAt: now)
        }
        let connection = Connection(
            workspaceID: workspace.id, sourceID: connectors[0].id, destinationID: connectors[1].id, name: "s to d",
            prefix: "p_", status: .active, schedule: .basic(.init(units: 2, timeUnit: .hours)),
            catalog: ConfiguredCatalog(streams: [
                ConfiguredStream(
                    stream: AirbyteStream(name: "users", namespace: "public", jsonSchema: ["type": "object"]),
                    syncMode: .incremental, destinationSyncMode: .appendDedup, cursorField: ["at"],
                    primaryKey: [["id"]])
            ]), createdAt: now, updatedAt: now)
        try await database.write { session throws in
            try session.seedOwner(organization: "o", email: "e")
            try session.seed(workspace)
            for definition in definitions { try session.insert(definition) }
            for connector in connectors { try session.insert(connector) }
            try session.insert(connection)
        }
        self.database = database
        self.workspace = workspace
        source = connectors[0]
        destination = connectors[1]
        self.connection = connection
    }
}
