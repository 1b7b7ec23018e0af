import JSON

extension CaptureSettings {
    /// The alternative of `replication_method` in the specification.
    static let specification: JSON = [
        "title": "Read changes from the write-ahead log (CDC)", "additionalProperties": true,
        "description": "Reads inserts, updates and deletes from the server's log; a slot and a publication are needed.",
        "required": ["method", "replication_slot", "publication"],
        "properties": [
            "method": ["type": "string", "const": "CDC", "default": "CDC", "order": 0],
            "plugin": [
                "type": "string", "title": "Plugin", "description": "What the slot was made with.",
                "enum": ["pgoutput"], "default": "pgoutput", "order": 1,
            ],
            "replication_slot": [
                "type": "string", "title": "Replication slot", "description": "A logical slot for this source alone.",
                "order": 2,
            ],
            "publication": [
                "type": "string", "title": "Publication", "description": "It holds the tables to read changes of.",
                "order": 3,
            ],
            "initial_waiting_seconds": [
                "type": "integer", "title": "Initial waiting seconds",
                "description": "A read ends when the server has sent nothing for so long.", "default": 1200,
                "minimum": 1, "maximum": 86_400, "order": 4,
            ],
            "queue_size": [
                "type": "integer", "title": "Queue size",
                "description": "Accepted for compatibility; there is no queue.",
                "default": 10_000, "order": 5,
            ],
            "lsn_commit_behaviour": [
                "type": "string", "title": "LSN commit behaviour",
                "description": "Accepted for compatibility: changes are confirmed once they are saved, never before.",
                "enum": [.string(Behaviour.commitWhileReading), .string(Behaviour.commitAfterLoading)],
                "default": .string(Behaviour.commitAfterLoading), "order": 6,
            ],
            "heartbeat_action_query": [
                "type": "string", "title": "Heartbeat query",
                "description":
                    "Run when a read begins. Seldom needed: a read moves on also when no published table was changed.",
                "default": "", "order": 7,
            ],
            "invalid_cdc_cursor_position_behavior": [
                "type": "string", "title": "When the saved position is gone",
                "description": "Whether the sync fails then, or every table is copied again.",
                "enum": [.string(Behaviour.fail), .string(Behaviour.resync)], "default": .string(Behaviour.fail),
                "order": 8,
            ],
            "initial_load_timeout_hours": [
                "type": "integer", "title": "Initial load timeout in hours",
                "description":
                    "How long tables are copied before changes are read; the rest follows with the next sync.",
                "default": 8, "minimum": 1, "maximum": 8760, "order": 9,
            ],
        ],
    ]
}
