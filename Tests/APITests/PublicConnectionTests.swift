import Airbyte
import HTTP
import JSON
import Model
import Posix
import Store
import Sync
import TestKit
import Testing
import Time

@Suite("Connections of the public API", .timeLimit(.minutes(3)))
struct PublicConnectionTests {
    private static let path = "/api/public/v1/connections"

    private static let streams = [
        AirbyteStream(
            name: "users",
            jsonSchema: [
                "type": "object",
                "properties": [
                    "id": ["type": "integer"], "name": ["type": "string"], "at": ["type": "string"],
                    "home": ["type": "object", "properties": ["city": ["type": "string"]]],
                ],
            ], supportedSyncModes: [.fullRefresh, .incremental]),
        AirbyteStream(
            name: "orders", namespace: "shop",
            jsonSchema: ["type": "object", "properties": ["id": ["type": "integer"], "seq": ["type": "integer"]]],
            supportedSyncModes: [.fullRefresh, .incremental], sourceDefinedCursor: true, defaultCursorField: ["seq"],
            sourceDefinedPrimaryKey: [["id"]]),
        AirbyteStream(name: "twice", namespace: "a", jsonSchema: ["type": "object"]),
        AirbyteStream(name: "twice", namespace: "b", jsonSchema: ["type": "object"]),
    ]

    /// A server whose source has those streams, with the source's and the destination's ids.
    private func ends(_ api: TestAPI, isSilent: Bool = false) async throws -> (source: String, destination: String) {
        let source = try await api.makeSource()
        let catalog = DiscoveredCatalog(
            sourceID: try #require(ConnectorID(source)), catalog: AirbyteCatalog(streams: Self.streams),
            configurationHash: "x", connectorVersion: "1", createdAt: TestAPI.now)
        if isSilent {
            api.calls.fallSilent()
        } else {
            try await api.database.write { try $0.insert(catalog) }
            api.calls.script(DiscoverAnswer(catalogID: catalog.id, failure: nil, call: ScriptedCalls.record))
        }
        return (source, try await api.makeDestination())
    }

    private func create(
        _ api: TestAPI, _ ends: (source: String, destination: String), _ more: JSON = [:]
    ) async throws -> Answer {
        var body = more
        body["sourceId"] = .string(ends.source)
        body["destinationId"] = .string(ends.destination)
        return try await api.send(.post, Self.path, body.text)
    }

    private static func configured(_ streams: JSON...) -> JSON { ["configurations": ["streams": .array(streams)]] }

    @Test func `without streams, all are moved, under the public API's defaults`() async throws {
        let api = try await TestAPI()
        let ends = try await ends(api)
        let made = try await create(api, ends, ["namespaceDefinition": "source"])
        #expect(made.status == 200, "\(made.body)")
        #expect(made["name"] == "Shop <> Lake")
        #expect(made["status"] == "active")
        #expect(made["schedule"] == ["scheduleType": "manual"])
        #expect(made["nonBreakingSchemaUpdatesBehavior"] == "ignore")
        #expect(made["tags"] == [])
        #expect(made["prefix"] == "")
        #expect(made["createdAt"] == .integer(TestAPI.now.seconds))
        let streams = made["configurations"]?["streams"]?.arrayValue ?? []
        #expect(streams.count == 4)
        #expect(streams.allSatisfy { $0["syncMode"] == "full_refresh_overwrite" })
        #expect(!made.holdsNull)
        let one = try Self.path + "/" + made.text("connectionId")
        #expect(try await api.send(.get, one).json == made.json)
        #expect(try await api.send(.get, Self.path + "?tagIds=\(UUID())")["data"] == [])
        #expect(try await api.send(.get, Self.path)["data"] == [made.json])
        let config = try await api.post("connections/get", ["connectionId": try #require(made["connectionId"])])
        #expect(config["sourceCatalogId"] != nil)
        #expect(config["namespaceDefinition"] == "source")

        #expect(try await api.send(.delete, one).status == 204)
        for method in [HTTPMethod.get, .delete] { #expect(try await api.send(method, one).status == 404) }
        #expect(try await api.send(.patch, one, "{}").status == 404)
        #expect(try await api.send(.get, Self.path)["data"] == [])
        let all = try await api.send(.get, Self.path + "?includeDeleted=true")
        #expect(all["data"]?[0]?["status"] == "deprecated")
    }

    @Test func `what is asked of streams is read back as it was asked, and changed by a patch`() async throws {
        let api = try await TestAPI()
        let ends = try await ends(api)
        var body = Self.configured(
            [
                "name": "users", "syncMode": "incremental_deduped_history", "cursorField": ["at"],
                "primaryKey": [["id"]], "destinationObjectName": "Lead",
                "selectedFields": [["fieldPath": ["name"]], ["fieldPath": ["at"]], ["fieldPath": ["id"]]],
                "mappers": [
                    [
                        "type": "hashing",
                        "mapperConfiguration": [
                            "targetField": "name", "method": "SHA-256", "fieldNameSuffix": "_hashed",
                        ],
                    ]
                ],
            ], ["name": "orders", "namespace": "shop", "syncMode": "incremental_deduped_history"])
        body["namespaceDefinition"] = "custom_format"
        body["namespaceFormat"] = "x_${SOURCE_NAMESPACE}"
        body["prefix"] = "p_"
        body["nonBreakingSchemaUpdatesBehavior"] = "propagate_columns"
        body["schedule"] = ["scheduleType": "cron", "cronExpression": "0 30 6 * * ? Europe/Berlin"]
        let made = try await create(api, ends, body)
        #expect(made.status == 200, "\(made.body)")
        #expect(made["namespaceDefinition"] == "custom_format")
        #expect(made["schedule"] == body["schedule"])
        let users = made["configurations"]?["streams"]?[0]
        for member in ["syncMode", "cursorField", "primaryKey", "selectedFields", "destinationObjectName"] {
            #expect(users?[member] == body["configurations"]?["streams"]?[0]?[member], "\(member)")
        }
        #expect(users?["mappers"]?[0]?["type"] == "hashing")
        let orders = made["configurations"]?["streams"]?[1]
        #expect(orders?["cursorField"] == ["seq"])
        #expect(orders?["primaryKey"] == [["id"]])
        let one = try Self.path + "/" + made.text("connectionId")
        #expect(try await api.send(.get, one).json == made.json)
        // What was read is taken back and changes nothing.
        let back: JSON = ["configurations": try #require(made["configurations"])]
        let again = try await api.send(.patch, one, back.text)
        #expect(again.json == made.json, "\(again.body)")

        let patched = try await api.send(
            .patch, one,
            #"{"name":"N","status":"inactive","prefix":"q_","schedule":{"scheduleType":"cron","cronExpression":"0 0 12 * * ?"}}"#
        )
        #expect(patched.status == 200, "\(patched.body)")
        #expect(patched["schedule"] == ["scheduleType": "cron", "cronExpression": "0 0 12 * * ? UTC"])
        #expect(patched["configurations"] == made["configurations"])
        #expect(patched["status"] == "inactive")
        #expect(try await api.send(.get, one).json == patched.json)
        let fewer = try await api.send(.patch, one, Self.configured(["name": "users"]).text)
        #expect(fewer["configurations"]?["streams"]?.arrayValue?.count == 1)
        #expect(fewer["configurations"]?["streams"]?[0]?["syncMode"] == "full_refresh_overwrite")
        #expect(fewer["configurations"]?["streams"]?[0]?["mappers"] == nil)
        #expect(
            try await api.send(.patch, one, #"{"configurations":{"streams":[]}}"#)["configurations"]
                == fewer["configurations"])
        #expect(try await api.send(.patch, one, #"{"status":"deprecated"}"#).status == 400)
    }

    @Test(
        arguments: [
            (["name": "ghosts"], "no stream ghosts"),
            (["name": "twice"], "several namespaces"),
            (["name": "users", "syncMode": "incremental_append"], "no cursor"),
            (["name": "users", "syncMode": "incremental_deduped_history", "cursorField": ["at"]], "no primary key"),
            (["name": "users", "syncMode": "full_refresh_overwrite_deduped"], "no primary key"),
            (["name": "users", "syncMode": "full_refresh_update", "primaryKey": [["id"]]], "does not offer"),
            (["name": "users", "cursorField": ["nowhere"]], "no field nowhere"),
            (["name": "users", "primaryKey": [["home", "street"]]], "no field home.street"),
            (["name": "orders", "syncMode": "incremental_append", "cursorField": ["id"]], "cursor of its own"),
            (["name": "orders", "primaryKey": [["seq"]]], "primary key of its own"),
            (
                ["name": "twice", "namespace": "a", "syncMode": "incremental_append", "cursorField": ["x"]],
                "cannot be read"
            ),
            (["name": "users", "selectedFields": []], "selects none"),
            (["name": "users", "selectedFields": [["fieldPath": ["home", "city"]]]], "at the top"),
            (["name": "users", "selectedFields": [["fieldPath": ["id"]], ["fieldPath": ["id"]]]], "field twice"),
            (["name": "users", "selectedFields": [["fieldPath": ["nowhere"]]]], "field nowhere"),
            (
                ["name": "users", "cursorField": ["at"], "selectedFields": [["fieldPath": ["id"]]]],
                "needs the field at"
            ),
        ] as [(JSON, String)])
    func `streams that cannot be moved as asked are 400 with the reason`(stream: JSON, reason: String) async throws {
        let api = try await TestAPI()
        let answer = try await create(api, ends(api), Self.configured(stream))
        #expect(answer.status == 400, "\(answer.body)")
        #expect(answer["title"] == "bad-request")
        #expect(answer["data"]?["message"]?.stringValue?.contains(reason) == true, "\(answer.body)")
        #expect(try await api.send(.get, Self.path)["data"] == [])
    }

    @Test func `a stream that is asked for twice and schedules that cannot fire are refused`() async throws {
        let api = try await TestAPI()
        let ends = try await ends(api)
        #expect(try await create(api, ends, Self.configured(["name": "users"], ["name": "users"])).status == 400)
        for expression in ["* 0 0 * * ?", "0 * 0 * * ?", "soon", "0 0 0 * * ? Mars/Olympus", "0 0 0 * * ? Etc/GMT+5"] {
            let schedule: JSON = ["scheduleType": "cron", "cronExpression": .string(expression)]
            #expect(try await create(api, ends, ["schedule": schedule]).status == 400, "\(expression)")
        }
        let nobody = UUID().description
        #expect(try await create(api, (nobody, ends.destination)).status == 404)
        #expect(try await create(api, (ends.source, nobody)).status == 404)
    }

    @Test func `a basic schedule of the Config API is read in words`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeConnection([
            "scheduleType": "basic", "scheduleData": ["basicSchedule": ["units": 24, "timeUnit": "hours"]],
        ])
        let read = try await api.send(.get, Self.path + "/" + id)
        #expect(read["schedule"] == ["scheduleType": "basic", "basicTiming": "Every 24 HOURS"])
    }

    @Test func `a source that is slow to tell its streams does not keep a connection of named ones waiting`()
        async throws
    {
        let api = try await TestAPI(discoverPatience: .milliseconds(1))
        let ends = try await ends(api, isSilent: true)
        let all = try await create(api, ends)
        #expect(all.status == 503)
        #expect(all["data"]?["message"]?.stringValue?.contains("name the streams") == true)
        let asked: JSON = [
            "name": "users", "syncMode": "incremental_append", "cursorField": ["at"],
            "selectedFields": [["fieldPath": ["id"]], ["fieldPath": ["at"]]], "includeFiles": false,
        ]
        let made = try await create(api, ends, Self.configured(asked))
        #expect(made.status == 200, "\(made.body)")
        #expect(made["statusReason"] == "STREAMS_NOT_DISCOVERED")
        #expect(made["configurations"]?["streams"] == [asked])
        let one = try Self.path + "/" + made.text("connectionId")
        #expect(try await api.send(.get, one).json == made.json)
        #expect(try await api.send(.get, "/v1/streams?sourceId=\(ends.source)").status == 503)
        let renamed = try await api.send(.patch, one, #"{"name":"N"}"#)
        #expect(renamed.status == 200, "\(renamed.body)")
        #expect(renamed["statusReason"] == "STREAMS_NOT_DISCOVERED")
    }

    @Test func `a source that cannot be discovered says why`() async throws {
        let api = try await TestAPI()
        let ends = try await ends(api)
        let failure = FailureReason(.source, .config, "The password is wrong.", at: TestAPI.now)
        api.calls.script(DiscoverAnswer(catalogID: nil, failure: failure, call: ScriptedCalls.record))
        let made = try await create(api, ends)
        #expect(made.status == 422)
        #expect(made["data"]?["message"]?.stringValue?.contains("The password is wrong.") == true)
    }

    @Test func `streams are listed with the modes that both ends have`() async throws {
        let api = try await TestAPI()
        let ends = try await ends(api)
        let bare = try await api.send(.get, "/v1/streams?sourceId=\(ends.source)")
        #expect(bare.status == 200, "\(bare.body)")
        let users = bare.json[0]
        #expect(users?["streamName"] == "users")
        #expect(users?["syncModes"] == nil)
        #expect(users?["propertyFields"] == [["id"], ["name"], ["at"], ["home"], ["home", "city"]])
        let both = try await api.send(
            .get, "/v1/streams?sourceId=\(ends.source)&destinationId=\(ends.destination)&ignoreCache=true")
        let orders = both.json[1]
        #expect(orders?["streamnamespace"] == "shop")
        #expect(orders?["sourceDefinedCursorField"] == true)
        #expect(orders?["sourceDefinedPrimaryKey"] == [["id"]])
        #expect(
            orders?["syncModes"] == [
                "full_refresh_overwrite", "full_refresh_overwrite_deduped", "full_refresh_append", "incremental_append",
                "incremental_deduped_history",
            ])
        #expect(try await api.send(.get, "/v1/streams").status == 400)
        #expect(try await api.send(.get, "/v1/streams?sourceId=\(UUID())").status == 404)
    }
}
