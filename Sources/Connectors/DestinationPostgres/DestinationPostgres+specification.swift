import Airbyte
import ConnectorKit
package import JSON

extension DestinationPostgres {
    package static let specification: JSON = [
        "documentationUrl": "https://docs.airbyte.com/integrations/destinations/postgres",
        "protocol_version": "0.2.0",
        "supportsIncremental": true,
        // A raw table keeps whole records, which tuples are not.
        "\(RowBlock.specificationMember)": [
            ["form": .string(RowBlock.postgres), "unless": ["disable_type_dedupe": true]]
        ],
        "\(ResumePoint.specificationMember)": true,
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
            "title": "JDBC URL parameters", "type": "string", "order": 8,
            "description":
                "name=value pairs joined with &. What means something here is honoured; the rest is warned of.",
        ],
        "raw_data_schema": [
            "title": "Raw table schema", "type": "string", "default": "airbyte_internal", "order": 9,
            "description": "Where raw tables go, where they are asked for.",
        ],
        "disable_type_dedupe": [
            "title": "Raw tables only", "type": "boolean", "default": false, "order": 10,
            "description":
                "Write each record as one row of a raw table, with all of it in one column; no typed tables, and none replaced by its key.",
        ],
        "drop_cascade": [
            "title": "Drop tables with CASCADE", "type": "boolean", "default": false, "order": 11,
            "description":
                "Drop the views and whatever else stands on a table that is replaced or widened. They are not made again.",
        ],
        "unconstrained_number": [
            "title": "Unconstrained numeric columns", "type": "boolean", "default": false, "order": 12,
            "description": "Accepted for compatibility: numbers always keep all of their digits.",
        ],
        "cdc_deletion_mode": [
            "title": "CDC deletion mode", "type": "string", "enum": ["Hard delete", "Soft delete"],
            "default": "Hard delete", "order": 13,
            "description":
                "Whether a row that was deleted at the source is removed, or kept with the time in _ab_cdc_deleted_at.",
        ],
        "tunnel_method": ServerOptions.tunnelProperty(order: 14),
    ]
}
