package import JSON
import Posix

/// What it takes to get a sync going, in one call each.
extension APIClient {
    package func workspace() async throws -> JSON {
        try await found(ask("workspaces/list")["workspaces"]?[0]?["workspaceId"], "workspaces/list")
    }

    /// The id of a definition for the image: the native one, or a new one of this workspace.
    package func definition(_ kind: String, _ image: String) async throws -> JSON {
        let key = "\(kind)Definition"
        let known = try await ask("\(kind)_definitions/list")["\(key)s"]?.arrayValue ?? []
        if let native = known.first(where: { $0["dockerRepository"]?.stringValue == image }) {
            return try found(native["\(key)Id"], image)
        }
        let made = try await ask(
            "\(kind)_definitions/create_custom",
            [
                "workspaceId": workspace(),
                key: [
                    "name": .string(image), "dockerRepository": .string(image), "dockerImageTag": "dev",
                    "documentationUrl": "https://example.com",
                ],
            ])
        return try found(made["\(key)Id"], image)
    }

    /// The id of a new source.
    package func source(_ image: String, _ configuration: JSON) async throws -> JSON {
        try await connector("source", image, configuration)
    }

    /// The id of a new destination.
    package func destination(_ image: String, _ configuration: JSON) async throws -> JSON {
        try await connector("destination", image, configuration)
    }

    private func connector(_ kind: String, _ image: String, _ configuration: JSON) async throws -> JSON {
        let made = try await ask(
            "\(kind)s/create",
            [
                "workspaceId": workspace(), "name": .string(image),
                "\(kind)DefinitionId": definition(kind, image), "connectionConfiguration": configuration,
            ])
        return try found(made["\(kind)Id"], image)
    }

    /// The id of a new connection with every stream that the source has.
    ///
    /// - Parameter cursor: of deduplicated streams; nil: the one that the source proposes.
    package func connection(
        from source: JSON, to destination: JSON, _ syncMode: JSON = "incremental",
        _ destinationSyncMode: JSON = "append_dedup", cursor: JSON? = ["id"], more: JSONObject = [:]
    ) async throws -> JSON {
        let discovered = try await ask("sources/discover_schema", ["sourceId": source])
        let streams = try found(discovered["catalog"]?["streams"]?.arrayValue, "discover: \(discovered)")
        var body: JSON = [
            "sourceId": source, "destinationId": destination, "status": "active", "name": "a connection",
            "sourceCatalogId": try found(discovered["catalogId"], "discover"),
            "syncCatalog": [
                "streams": .array(
                    streams.map { entry in
                        var entry = entry
                        var config = entry["config"] ?? [:]
                        config["selected"] = true
                        config["syncMode"] = syncMode
                        config["destinationSyncMode"] = destinationSyncMode
                        if destinationSyncMode == "append_dedup" {
                            let key = entry["stream"]?["sourceDefinedPrimaryKey"]
                            config["primaryKey"] = key?.arrayValue?.isEmpty == false ? key : [["id"]]
                            if let cursor { config["cursorField"] = cursor }
                        }
                        entry["config"] = config
                        return entry
                    })
            ],
        ]
        for (key, value) in more { body[key] = value }
        return try await found(ask("connections/create", body)["connectionId"], "connections/create")
    }

    /// Changes the configuration of every stream of a connection.
    package func configure(_ connection: JSON, _ change: (inout JSON) -> Void) async throws {
        var catalog = try await ask("connections/get", ["connectionId": connection])["syncCatalog"] ?? .null
        catalog["streams"] = .array(
            (catalog["streams"]?.arrayValue ?? []).map { entry in
                var entry = entry
                var config = entry["config"] ?? [:]
                change(&config)
                entry["config"] = config
                return entry
            })
        try await ask("connections/update", ["connectionId": connection, "syncCatalog": catalog])
    }

    /// Starts a sync; returns the job's id.
    package func sync(_ connection: JSON) async throws -> JSON {
        try await found(ask("connections/sync", ["connectionId": connection])["job"]?["id"], "connections/sync")
    }

    package func job(_ id: JSON) async throws -> JSON { try await ask("jobs/get", ["id": id]) }

    /// The job with its attempts and their logs, once it has ended.
    package func ended(_ id: JSON) async throws -> JSON {
        while true {
            let job = try await ask("jobs/get_without_logs", ["id": id])
            let status = job["job"]?["status"]?.stringValue ?? ""
            if ["succeeded", "failed", "cancelled"].contains(status) { return try await self.job(id) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// What the source's stream state holds under `last`; 0 before the first one is saved.
    package func lastSaved(_ connection: JSON) async throws -> Int {
        let state = try await ask("state/get", ["connectionId": connection])
        return state["streamState"]?[0]?["streamState"]?["last"]?.intValue ?? 0
    }

    private func found<Value>(_ value: Value?, _ what: String) throws -> Value {
        guard let value else { throw Failure(description: "The answer lacks what was asked for: \(what)") }
        return value
    }
}
