import Airbyte
import ConnectorKit
package import JSON

extension SourcePostgres {
    package static let specification: JSON = [
        "documentationUrl": "https://docs.airbyte.com/integrations/sources/postgres",
        "protocol_version": "0.2.0",
        "supportsIncremental": true,
        "\(RowBlock.specificationMember)": [["form": .string(RowBlock.postgres)]],
        "connectionSpecification": [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Postgres source",
            "type": "object",
            "required": ["host", "port", "database", "username"],
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
        "schemas": [
            "title": "Schemas", "description": "The schemas to read from; names are case-sensitive.",
            "type": "array", "items": ["type": "string"], "minItems": 0, "uniqueItems": true, "default": ["public"],
            "order": 3,
        ],
        "username": ["title": "Username", "description": "Who connects.", "type": "string", "order": 4],
        "password": [
            "title": "Password", "description": "The user's password.", "type": "string", "airbyte_secret": true,
            "order": 5,
        ],
        "jdbc_url_params": [
            "title": "JDBC URL parameters", "type": "string", "order": 6,
            "description":
                "name=value pairs joined with &. What means something here is honoured; the rest is warned of.",
        ],
        "ssl_mode": ServerOptions.encryptionProperty(order: 7),
        "replication_method": [
            "title": "Update method", "description": "How changes are found.", "type": "object", "order": 8,
            "default": ["method": "Standard"],
            "oneOf": [
                CaptureSettings.specification,
                [
                    "title": "Detect changes with the xmin system column", "required": ["method"],
                    "additionalProperties": true,
                    "description": "Incremental streams read the rows that later transactions wrote; no deletes.",
                    "properties": ["method": ["type": "string", "const": "Xmin", "default": "Xmin", "order": 0]],
                ],
                [
                    "title": "Scan with a user-defined cursor", "required": ["method"], "additionalProperties": true,
                    "description":
                        "Incremental streams read the rows whose cursor column lies beyond the last one seen.",
                    "properties": [
                        "method": ["type": "string", "const": "Standard", "default": "Standard", "order": 0]
                    ],
                ],
            ],
        ],
        "tunnel_method": ServerOptions.tunnelProperty(order: 9),
        "checkpoint_rows": [
            "title": "Rows per checkpoint",
            "description": "After about how many rows a stream's position is saved.",
            "type": "integer", "minimum": 1, "maximum": 10_000_000, "default": 10_000, "order": 10,
        ],
        "max_db_connections": [
            "title": "Max Concurrent Queries to Database",
            "description":
                "How many connections read at once: streams side by side, and a large table by several of them.",
            "type": "integer", "minimum": 1, "maximum": 1_000,
            "default": .integer(SourceSettings.defaultConnections), "order": 11,
        ],
    ]
}
