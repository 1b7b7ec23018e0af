import Airbyte
import ConnectorKit
import DestinationDevNull
import DestinationPostgres
import DestinationSQLite
import JSON
import Model
import SourceFaker
import SourcePostgres
import SourceSQLite
import Time

/// The definitions of the connectors that come with the programs, under Airbyte's own ids, so that clients which name
/// connectors by id find them.
enum NativeConnectors {
    static func definitions(at time: Instant) -> [ConnectorDefinition] {
        [
            definition(.source, "Postgres", "decd338e-5647-4c0b-adf4-da0e75f5a750", SourcePostgres.self, time),
            // Airbyte has none of that name.
            definition(.source, "SQLite", "28482a5c-f582-42ef-b820-0765718c6e20", SourceSQLite.self, time),
            definition(.source, "Sample Data", "dfd88b22-b603-4c3d-aad7-3701784586b1", SourceFaker.self, time),
            definition(
                .destination, "Postgres", "25c5221d-dce2-4163-ade9-739ef790f503", DestinationPostgres.self, time),
            definition(.destination, "SQLite", "b76be0a6-27dc-4560-95f6-2623da0bd7b6", DestinationSQLite.self, time),
            definition(
                .destination, "End-to-End Testing (/dev/null)", "a7bcc9d8-13b3-4e49-b80d-d020b90045e3",
                DestinationDevNull.self, time),
        ].compactMap(\.self)
    }

    private static func definition(
        _ kind: ConnectorKind, _ name: String, _ id: String, _ connector: any ConnectorKit.Connector.Type,
        _ time: Instant
    ) -> ConnectorDefinition? {
        DefinitionID(id).map { id in
            ConnectorDefinition(
                id: id, kind: kind, name: name, repository: "swiftlet/\(connector.name)", tag: Settings.version,
                specification: ConnectorSpecification(json: connector.specification),
                supportsRefreshes: kind == .destination, createdAt: time)
        }
    }
}
