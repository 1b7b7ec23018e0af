import Airbyte
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

/// A source of one stream, `films`, whose fields the test chooses, and connections that were made from what it offered.
struct OfferedStreams {
    let api: TestAPI

    static func catalog(_ fields: [String]) -> AirbyteCatalog {
        AirbyteCatalog(streams: [
            AirbyteStream(
                name: "films",
                jsonSchema: [
                    "type": "object",
                    "properties": .object(JSONObject(fields.map { ($0, ["type": "string"]) })),
                ], supportedSyncModes: [.fullRefresh, .incremental], defaultCursorField: ["at"])
        ])
    }

    /// As a client sends it.
    static func wire(_ fields: [String], _ more: JSONObject = [:]) -> JSON {
        var config: JSON = [
            "syncMode": "incremental", "destinationSyncMode": "append", "cursorField": ["at"], "primaryKey": [],
            "selected": true,
        ]
        for (key, value) in more { config[key] = value }
        let stream: JSON = [
            "name": "films", "supportedSyncModes": ["full_refresh", "incremental"],
            "defaultCursorField": ["at"], "jsonSchema": catalog(fields).streams[0].jsonSchema,
        ]
        return ["streams": [["stream": stream, "config": config]]]
    }

    /// What the source offers from now on; answers the catalog's id.
    @discardableResult
    func offer(_ fields: [String], at source: JSON) async throws -> JSON {
        let id = try #require(source.stringValue.flatMap { ConnectorID($0) })
        let found = try await api.database.write { session in
            try session.keep(
                DiscoveredCatalog(
                    sourceID: id, catalog: Self.catalog(fields), configurationHash: "h", connectorVersion: "v",
                    createdAt: Instant(microseconds: session.now())))
        }
        api.calls.script(DiscoverAnswer(catalogID: found, failure: nil, call: ScriptedCalls.record))
        return .string(found.description)
    }

    /// Two connections of one source, made from what it offers, `id` and `at`.
    func siblings(_ more: JSONObject = [:]) async throws -> (source: JSON, one: JSON, other: JSON) {
        let source = JSON.string(try await api.makeSource())
        let destination = JSON.string(try await api.makeDestination())
        let catalog = try await offer(["id", "at"], at: source)
        var ids: [JSON] = []
        for more in [more, [:]] {
            var body: JSON = [
                "sourceId": source, "destinationId": destination, "status": "active",
                "syncCatalog": Self.wire(["id", "at"]), "sourceCatalogId": catalog,
            ]
            for (key, value) in more { body[key] = value }
            ids.append(.string(try await api.post("connections/create", body).text("connectionId")))
        }
        return (source, ids[0], ids[1])
    }
}
