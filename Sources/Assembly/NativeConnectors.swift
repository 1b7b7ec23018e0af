import Airbyte
import ConnectorKit
import DestinationPostgres
import DestinationSQLite
import JSON
import Model
import SourcePostgres
import Time

/// The definitions of the connectors that come with the programs, under Airbyte's own ids, so that clients which name
/// connectors by id find them.
enum NativeConnectors {
    static func definitions(at time: Instant) -> [ConnectorDefinition] {
        [
            definition(
                .source, "Postgres", "decd338e-5647-4c0b-adf4-da0e75f5a750", "source-postgres",
                SourcePostgres.specification, time),
            definition(
                .destination, "Postgres", "25c5221d-dce2-4163-ade9-739ef790f503", "destination-postgres",
                DestinationPostgres.specification, time),
            definition(
                .destination, "SQLite", "b76be0a6-27dc-4560-95f6-2623da0bd7b6", "destination-sqlite",
                DestinationSQLite.specification, time),
        ].compactMap(\.self)
    }

    private static func definition(
        _ kind: ConnectorKind, _ name: String, _ id: String, _ connector: String, _ specification: JSON, _ time: Instant
    ) -> ConnectorDefinition? {
        DefinitionID(id).map { id in
            ConnectorDefinition(
                id: id, kind: kind, name: name, repository: "swiftlet/\(connector)", tag: Settings.version,
                specification: ConnectorSpecification(json: specification), supportsRefreshes: kind == .destination,
                createdAt: time)
        }
    }
}
