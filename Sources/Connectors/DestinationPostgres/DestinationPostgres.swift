package import Airbyte
package import ConnectorKit
package import JSON
import Postgres

/// Writes typed tables into a Postgres database.
package struct DestinationPostgres: DestinationConnector {
    package static let name = "destination-postgres"

    package static let specification: JSON = [
        "documentationUrl": "https://docs.airbyte.com/integrations/destinations/postgres",
        "protocol_version": "0.2.0",
        "supportsIncremental": true,
        "\(RowBlock.specificationMember)": [.string(RowBlock.postgres)],
        "supportsNormalization": false,
        "supportsDBT": false,
        "supported_destination_sync_modes": ["overwrite", "append", "append_dedup"],
        "connectionSpecification": [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Postgres destination",
            "type": "object",
            "required": ["host", "port", "username", "database", "schema"],
            "additionalProperties": true,
            "properties": .object(properties),
        ],
    ]

    private static let properties: JSONObject = [
        "host": ["title": "Host", "description": "Host name of the server.", "type": "string", "order": 0],
        "port": [
            "title": "Port", "description": "Port of the server.", "type": "integer", "minimum": 1,
            "maximum": 65535, "default": 5432, "examples": ["5432"], "order": 1,
        ],
        "database": ["title": "Database name", "description": "Name of the database.", "type": "string", "order": 2],
        "schema": [
            "title": "Default schema",
            "description": "Where the tables of streams that have no namespace go. It is made when it does not exist.",
            "type": "string", "default": "public", "examples": ["public"], "order": 3,
        ],
        "username": ["title": "User", "description": "Who connects.", "type": "string", "order": 4],
        "password": [
            "title": "Password", "description": "The user's password.", "type": "string", "airbyte_secret": true,
            "order": 5,
        ],
        "ssl": [
            "title": "SSL connection", "description": "Whether to encrypt, where no SSL mode is chosen.",
            "type": "boolean", "default": false, "order": 6,
        ],
        "ssl_mode": ServerOptions.encryptionProperty(order: 7),
        "jdbc_url_params": [
            "title": "JDBC URL parameters", "description": "Accepted for compatibility and ignored.",
            "type": "string", "order": 8,
        ],
        "raw_data_schema": [
            "title": "Raw table schema",
            "description": "Accepted for compatibility; rows go straight into typed tables, so there are no raw ones.",
            "type": "string", "order": 9,
        ],
        "tunnel_method": ServerOptions.tunnelProperty(order: 10),
    ]

    package init() {}

    package func check(_ configuration: Configuration) throws {
        try warehouse(configuration, ServerOptions(configuration, defaultPort: 5432)).tryWriting()
    }

    package func write(
        _ configuration: Configuration, catalog: ConfiguredCatalog, input: DestinationInput, output: ConnectorOutput
    ) throws {
        let options = try ServerOptions(configuration, defaultPort: 5432)
        for warning in options.warnings { try output.log(.warn, warning) }
        let warehouse = try warehouse(configuration, options)
        try TableLoader(warehouse, catalog, input: input, output: output).run()
    }

    private func warehouse(_ configuration: Configuration, _ options: ServerOptions) throws -> PostgresWarehouse {
        let schema = try configuration.string("schema").flatMap { $0.isEmpty ? nil : $0 } ?? "public"
        return try PostgresWarehouse(.open(options), defaultSchema: schema)
    }
}
