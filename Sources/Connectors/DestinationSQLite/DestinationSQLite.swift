package import Airbyte
package import ConnectorKit
package import JSON
import SQLite

/// Writes typed tables into a SQLite file.
package struct DestinationSQLite: DestinationConnector {
    package static let name = "destination-sqlite"

    package static let specification = Specification.destination(
        Settings.self, title: "SQLite destination",
        documentation: "https://docs.airbyte.com/integrations/destinations/sqlite", resumes: true)

    struct Settings: ConnectorSettings {
        @Option(
            "Destination path",
            "The absolute path of the SQLite file. It is made, with the folders it is in, when it does not exist.",
            examples: ["/var/lib/swiftlet/warehouse.db"])
        var destinationPath: AbsolutePath

        @Option(
            "CDC deletion mode",
            "Whether a row that was deleted at the source is removed, or kept with the time in _ab_cdc_deleted_at.")
        var cdcDeletionMode = DeletionMode.hard
    }

    enum DeletionMode: String, CaseIterable, OptionValue {
        case hard = "Hard delete"
        case soft = "Soft delete"
    }

    package init() {}

    package func check(_ configuration: Configuration) throws {
        try SQLiteWarehouse(path: DatabasePath(Settings(configuration))).tryWriting()
    }

    package func write(
        _ configuration: Configuration, catalog: ConfiguredCatalog, input: DestinationInput, output: ConnectorOutput
    ) throws {
        let settings = try Settings(configuration)
        var style = TableStyle()
        style.keepsDeleted = settings.cdcDeletionMode == .soft
        let warehouse = try SQLiteWarehouse(path: DatabasePath(settings), style)
        try TableLoader(warehouse, catalog, input: input, output: output).run()
    }
}
