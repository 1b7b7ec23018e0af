package import Airbyte
package import ConnectorKit
package import JSON
import SQLite

/// Writes typed tables into a SQLite file.
package struct DestinationSQLite: DestinationConnector {
    package static let name = "destination-sqlite"

    package static let specification: JSON = [
        "documentationUrl": "https://docs.airbyte.com/integrations/destinations/sqlite",
        "protocol_version": "0.2.0",
        "supportsIncremental": true,
        "supportsNormalization": false,
        "supportsDBT": false,
        "supported_destination_sync_modes": ["overwrite", "append", "append_dedup"],
        "connectionSpecification": [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "SQLite destination",
            "type": "object",
            "required": ["destination_path"],
            "additionalProperties": true,
            "properties": [
                "destination_path": [
                    "title": "Destination path",
                    "description":
                        "The absolute path of the SQLite file. It is made, with the folders it is in, when it does not exist.",
                    "type": "string",
                    "examples": ["/var/lib/swiftlet/warehouse.db"],
                    "order": 0,
                ]
            ],
        ],
    ]

    package init() {}

    package func check(_ configuration: Configuration) throws {
        try SQLiteWarehouse(path: DatabasePath(configuration)).tryWriting()
    }

    package func write(
        _ configuration: Configuration, catalog: ConfiguredCatalog, input: DestinationInput, output: ConnectorOutput
    ) throws {
        let warehouse = try SQLiteWarehouse(path: DatabasePath(configuration))
        try TableLoader(warehouse, catalog, input: input, output: output).run()
    }
}
