package import JSON

extension SourceFaker {
    package static let specification: JSON = [
        "documentationUrl": "https://docs.airbyte.com/integrations/sources/faker",
        "protocol_version": "0.2.0",
        "supportsIncremental": true,
        "connectionSpecification": [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Sample data source",
            "type": "object",
            "required": [],
            "additionalProperties": true,
            "properties": .object(properties),
        ],
    ]

    private static let properties: JSONObject = [
        "count": [
            "title": "Count",
            "description": "How many users there are, and how many purchases; products are 100 at most.",
            "type": "integer", "minimum": 1, "default": 1000, "order": 0,
        ],
        "seed": [
            "title": "Seed",
            "description":
                "What the values are made from: the same seed makes the same ones. -1 is another one for each.",
            "type": "integer", "default": -1, "order": 1,
        ],
        "records_per_slice": [
            "title": "Records per slice", "description": "After how many records a state is emitted.",
            "type": "integer", "minimum": 1, "default": 1000, "order": 2,
        ],
        "always_updated": [
            "title": "Always updated",
            "description": "Whether every sync brings all records again, as changed just now, or each comes once.",
            "type": "boolean", "default": true, "order": 3,
        ],
        "parallelism": [
            "title": "Parallelism", "description": "Accepted for compatibility and ignored.", "type": "integer",
            "minimum": 1, "default": 4, "order": 4,
        ],
    ]
}
