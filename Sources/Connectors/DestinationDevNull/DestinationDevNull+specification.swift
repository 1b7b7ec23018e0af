package import JSON

extension DestinationDevNull {
    package static let specification: JSON = [
        "documentationUrl": "https://docs.airbyte.com/integrations/destinations/dev-null",
        "protocol_version": "0.2.0",
        "supportsIncremental": true,
        "supportsNormalization": false,
        "supportsDBT": false,
        "supported_destination_sync_modes": ["overwrite", "append", "append_dedup"],
        "connectionSpecification": [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Destination that keeps nothing",
            "type": "object",
            "required": ["test_destination"],
            "additionalProperties": true,
            "properties": [
                "test_destination": [
                    "title": "Behaviour", "description": "What it does with records besides forgetting them.",
                    "type": "object", "order": 0, "default": ["test_destination_type": "SILENT"],
                    "oneOf": [silent, logging, throttled, failing],
                ]
            ],
        ],
    ]

    private static let silent = option("SILENT", "Silent", "Forgets every record at once.")

    private static let logging = option(
        "LOGGING", "Logging", "Logs some of the records, as they are.",
        [
            "logging_config": [
                "title": "Which records are logged", "description": "Of each stream.", "type": "object", "order": 1,
                "oneOf": [
                    sample("FirstN", "The first ones"),
                    sample(
                        "EveryNth", "Every so manieth",
                        [
                            "nth_entry_to_log": [
                                "title": "N", "description": "The how manieth record is logged.", "type": "integer",
                                "minimum": 1, "maximum": 1_000_000, "default": 3, "order": 1,
                            ]
                        ]),
                    sample(
                        "RandomSampling", "By chance",
                        [
                            "sampling_ratio": [
                                "title": "Ratio", "description": "The probability with which a record is logged.",
                                "type": "number", "minimum": 0, "maximum": 1, "default": 0.001, "order": 1,
                            ],
                            "seed": [
                                "title": "Seed", "description": "What chance is made from.", "type": "integer",
                                "order": 2,
                            ],
                        ]),
                ],
            ]
        ], needs: ["logging_config"])

    private static let throttled = option(
        "THROTTLED", "Throttled", "Waits with every record.",
        [
            "millis_per_record": [
                "title": "Milliseconds per record", "description": "How long it waits.", "type": "integer",
                "minimum": 0, "maximum": 60_000, "order": 1,
            ]
        ], needs: ["millis_per_record"])

    private static let failing = option(
        "FAILING", "Failing", "Fails after some records.",
        [
            "num_messages": [
                "title": "Records before the failure", "description": "How many it takes.", "type": "integer",
                "minimum": 0, "order": 1,
            ]
        ], needs: ["num_messages"])

    private static func option(
        _ type: String, _ title: String, _ description: String, _ more: JSONObject = [:], needs: [JSON] = []
    ) -> JSON {
        var properties: JSONObject = ["test_destination_type": word(type)]
        for (key, value) in more { properties[key] = value }
        return [
            "title": .string(title), "description": .string(description), "type": "object",
            "required": .array(["test_destination_type"] + needs), "additionalProperties": true,
            "properties": .object(properties),
        ]
    }

    private static func sample(_ type: String, _ title: String, _ more: JSONObject = [:]) -> JSON {
        var properties: JSONObject = [
            "logging_type": word(type),
            "max_entry_count": [
                "title": "At most", "description": "How many records of a stream are logged.", "type": "integer",
                "minimum": 1, "maximum": 1000, "default": 100, "order": 9,
            ],
        ]
        for (key, value) in more { properties[key] = value }
        return [
            "title": .string(title), "type": "object", "required": ["logging_type"], "additionalProperties": true,
            "properties": .object(properties),
        ]
    }

    private static func word(_ word: String) -> JSON {
        ["type": "string", "const": .string(word), "default": .string(word), "order": 0]
    }
}
