import Airbyte
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

/// What the Config API tells of changes at a source.
struct SchemaChangeTests {
    private static func catalog(_ fields: [String]) -> AirbyteCatalog {
        AirbyteCatalog(streams: [
            AirbyteStream(
                name: "users",
                jsonSchema: [
                    "type": "object",
                    "properties": .object(JSONObject(fields.map { ($0, ["type": "string"]) })),
                ], supportedSyncModes: [.fullRefresh, .incremental])
        ])
    }

    private static func wire(_ fields: [String], mode: JSON = "incremental") -> JSON {
        [
            "streams": [
                [
                    "stream": [
                        "name": "users", "supportedSyncModes": ["full_refresh", "incremental"],
                        "jsonSchema": catalog(fields).streams[0].jsonSchema,
                    ],
                    "config": [
                        "syncMode": mode, "destinationSyncMode": "append", "cursorField": ["at"], "primaryKey": [],
                        "selected": true,
                    ],
                ]
            ]
        ]
    }

    /// A connection that was configured with what its source offered at first.
    private static func connection(_ api: TestAPI, _ more: JSONObject = [:]) async throws -> (JSON, source: JSON) {
        var members: JSONObject = ["syncCatalog": wire(["id", "at"])]
        for (key, value) in more { members[key] = value }
        let id = try await api.makeConnection(members)
        let read = try await api.post("connections/get", ["connectionId": .string(id)])
        let source = try #require(read["sourceId"])
        let first = try await discovered(api, source, ["id", "at"])
        _ = try await api.post(
            "connections/update", ["connectionId": .string(id), "sourceCatalogId": .string(first.description)])
        return (.string(id), source)
    }

    @discardableResult
    private static func discovered(_ api: TestAPI, _ source: JSON, _ fields: [String]) async throws -> UUID {
        let id = try #require(source.stringValue.flatMap { ConnectorID($0) })
        let found = try await api.database.write { session in
            try session.keep(
                DiscoveredCatalog(
                    sourceID: id, catalog: catalog(fields), configurationHash: "h", connectorVersion: "v",
                    createdAt: Instant(microseconds: session.now())))
        }
        api.calls.script(DiscoverAnswer(catalogID: found, failure: nil, call: ScriptedCalls.record))
        return found
    }

    @Test func `asked on behalf of a connection, a discovery tells the difference and takes nothing over`()
        async throws
    {
        let api = try await TestAPI()
        let (id, source) = try await Self.connection(api, ["nonBreakingChangesPreference": "propagate_fully"])
        let found = try await Self.discovered(api, source, ["id", "at", "age"])
        for key in ["connectionId", "connection_id"] {
            let answer = try await api.post("sources/discover_schema", ["sourceId": source, key: id])
            #expect(answer["catalogId"] == .string(found.description))
            #expect(answer["breakingChange"] == false)
            #expect(answer["connectionStatus"] == "active")
            let transform = answer["catalogDiff"]?["transforms"]?[0]
            #expect(transform?["transformType"] == "update_stream")
            #expect(transform?["streamDescriptor"] == ["name": "users"])
            let field = transform?["updateStream"]?["fieldTransforms"]?[0]
            #expect(field?["transformType"] == "add_field")
            #expect(field?["fieldName"] == ["age"])
        }
        let read = try await api.post("connections/get", ["connectionId": id])
        #expect(read["schemaChange"] == "non_breaking")
        #expect(read["syncCatalog"]?["streams"]?[0]?["stream"]?["jsonSchema"]?["properties"]?["age"] == nil)
        // Taken over by a person.
        let updated = try await api.post(
            "connections/update", ["connectionId": id, "sourceCatalogId": .string(found.description)])
        #expect(updated["schemaChange"] == "no_change")
        let plain = try await api.post("sources/discover_schema", ["sourceId": source])
        #expect(plain["catalogDiff"] == nil && plain["connectionStatus"] == nil)
        let other = try await api.makeSource()
        let wrong = try await api.post("sources/discover_schema", ["sourceId": .string(other), "connectionId": id])
        #expect(wrong.status == 400)
    }

    @Test func `what breaks a connection switches it off until its streams are chosen anew`() async throws {
        let api = try await TestAPI()
        let (id, source) = try await Self.connection(api)
        try await Self.discovered(api, source, ["id"])
        let answer = try await api.post("sources/discover_schema", ["sourceId": source, "connectionId": id])
        #expect(answer["breakingChange"] == true)
        #expect(answer["connectionStatus"] == "inactive")
        let broken = try await api.post("connections/get", ["connectionId": id])
        #expect(broken["status"] == "inactive" && broken["breakingChange"] == true)
        #expect(broken["statusReason"] == "SCHEMA_CHANGES_ARE_BREAKING")
        #expect(broken["schemaChange"] == "breaking")
        // Chosen as before it stays broken; read in another way it does not.
        let same = try await api.post(
            "connections/update", ["connectionId": id, "syncCatalog": Self.wire(["id", "at"])])
        #expect(same["breakingChange"] == true)
        let mended = try await api.post(
            "connections/update",
            ["connectionId": id, "syncCatalog": Self.wire(["id"], mode: "full_refresh"), "status": "active"])
        #expect(mended["breakingChange"] == false && mended["status"] == "active")
        #expect(mended["statusReason"] == nil)
    }

    @Test func `preferences about changes are read back`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection())
        let first = try await api.post("connections/get", ["connectionId": id])
        #expect(first["backfillPreference"] == "disabled" && first["notifySchemaChanges"] == true)
        let wish: JSON = [
            "connectionId": id, "backfillPreference": "enabled", "notifySchemaChanges": false,
            "nonBreakingChangesPreference": "propagate_columns", "breakingChange": true,
        ]
        let read = try await api.post("connections/update", wish)
        for (key, value) in wish.objectValue ?? [:] { #expect(read[key] == value) }
        let odd: JSON = ["connectionId": id, "backfillPreference": "sometimes"]
        #expect(try await api.post("connections/update", odd).status == 422)
    }

    @Test func `a sync of chosen streams names them, and a retry is ordered by the job`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection(["syncCatalog": Self.wire(["id", "at"])]))
        let started = try await api.post(
            "connections/sync", ["connectionId": id, "streams": [["streamName": "users"]]])
        #expect(started["job"]?["enabledStreams"] == [["name": "users"]])
        let job = try #require(started["job"]?["id"])
        _ = try await api.post("jobs/cancel", ["id": job])
        let retried = try await api.send(.post, "/api/swiftlet/jobs/\(job.text)/retry_failed_streams")
        #expect(retried["job"]?["configType"] == "sync")
        #expect(try await api.send(.post, "/api/swiftlet/jobs/x/retry_failed_streams").status == 400)
        #expect(try await api.send(.post, "/api/swiftlet/jobs/99/retry_failed_streams").status == 404)
    }
}
