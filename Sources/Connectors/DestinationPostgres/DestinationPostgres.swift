package import Airbyte
package import ConnectorKit
import JSON
import Postgres

/// Writes typed tables into a Postgres database.
package struct DestinationPostgres: DestinationConnector {
    package static let name = "destination-postgres"

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
        let tables = try PostgresTableOptions(configuration)
        return try PostgresWarehouse(.open(options), tables)
    }
}
