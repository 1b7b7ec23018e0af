import Airbyte
import JSON
import Model
import Store
import TestKit
import Testing
import Time

struct ConnectionTests {
    private static let users: JSON = [
        "stream": [
            "name": "users", "jsonSchema": ["type": "object"], "supportedSyncModes": ["full_refresh", "incremental"],
            "sourceDefinedPrimaryKey": [["id"]],
        ],
        "config": [
            "syncMode": "incremental", "destinationSyncMode": "append_dedup", "cursorField": ["updated_at"],
            "primaryKey": [["id"]], "selected": true,
        ],
    ]

    private static func catalog(_ change: (inout JSON, inout JSON) -> Void) -> JSON {
        var stream = users["stream"] ?? .null
        var config = users["config"] ?? .null
        change(&stream, &config)
        return ["streams": [["stream": stream, "config": config]]]
    }

    @Test func `a connection is read as it was created`() async throws {
        let api = try await TestAPI()
        let schedule: JSON = ["basicSchedule": ["units": 6, "timeUnit": "hours"]]
        var unselected = Self.users
        unselected["stream"]?["name"] = "orders"
        unselected["config"]?["selected"] = false
        let id = try await api.makeConnection([
            "name": "Nightly", "prefix": "raw_", "namespaceDefinition": "customformat", "namespaceFormat": "${X}_y",
            "scheduleType": "basic", "scheduleData": schedule, "nonBreakingChangesPreference": "propagate_columns",
            "syncCatalog": ["streams": [Self.users, unselected]],
        ])
        let read = try await api.post("connections/get", ["connectionId": .string(id)])
        #expect(read["name"] == "Nightly")
        #expect(read["prefix"] == "raw_")
        #expect(read["namespaceDefinition"] == "customformat")
        #expect(read["namespaceFormat"] == "${X}_y")
        #expect(read["scheduleType"] == "basic")
        #expect(read["scheduleData"] == schedule)
        #expect(read["schedule"] == schedule["basicSchedule"])
        #expect(read["status"] == "active")
        #expect(read["breakingChange"] == false)
        #expect(read["nonBreakingChangesPreference"] == "propagate_columns")
        #expect(read["created_at"] == .integer(TestAPI.now.seconds))
        let streams = try #require(read["syncCatalog"]?["streams"]?.arrayValue)
        #expect(streams.count == 1)
        for (key, value) in Self.users["stream"]?.objectValue ?? [:] { #expect(streams[0]["stream"]?[key] == value) }
        for (key, value) in Self.users["config"]?.objectValue ?? [:] { #expect(streams[0]["config"]?[key] == value) }
        #expect(!read.holdsNull)
        let list = try await api.post("connections/list", ["workspaceId": .string(api.workspace.description)])
        #expect(list["connections"] == .array([read.json]))
    }

    @Test func `what a client leaves out gets Airbyte's defaults`() async throws {
        let api = try await TestAPI()
        let read = try await api.post("connections/get", ["connectionId": .string(try await api.makeConnection())])
        #expect(read["name"] == "Shop <> Lake")
        #expect(read["namespaceDefinition"] == "source")
        #expect(read["scheduleType"] == "manual")
        #expect(read["syncCatalog"] == ["streams": []])
    }

    @Test func `an update changes what it names and nothing else`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection(["prefix": "a_", "syncCatalog": Self.catalog { _, _ in }]))
        let cron: JSON = ["cron": ["cronExpression": "0 0 12 * * ?", "cronTimeZone": "Europe/Berlin"]]
        let after = try await api.post(
            "connections/update", ["connectionId": id, "scheduleType": "cron", "scheduleData": cron])
        #expect(after.status == 200)
        #expect(after["scheduleData"] == cron)
        #expect(after["prefix"] == "a_")
        #expect(after["syncCatalog"]?["streams"]?.arrayValue?.count == 1)
    }

    @Test func `a stream that is read in another way from now on loses its state`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeConnection(["syncCatalog": Self.catalog { _, _ in }])
        let connection = try #require(ConnectionID(id))
        let state = StreamState(descriptor: StreamDescriptor(name: "users"), state: ["cursor": 5])
        try await api.database.write { try $0.save(.stream([state]), of: connection, at: TestAPI.now) }
        let stored = try await api.post("state/get", ["connectionId": .string(id)])
        #expect(stored["stateType"] == "stream")
        #expect(stored["streamState"]?[0]?["streamDescriptor"] == ["name": "users"])
        #expect(stored["streamState"]?[0]?["streamState"] == ["cursor": 5])
        let catalog = Self.catalog { _, config in
            config["syncMode"] = "full_refresh"
            config["destinationSyncMode"] = "overwrite"
        }
        _ = try await api.post("connections/update", ["connectionId": .string(id), "syncCatalog": catalog])
        #expect(try await api.post("state/get", ["connectionId": .string(id)])["stateType"] == "not_set")
    }

    @Test func `streams that cannot be moved as asked are refused by name`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection())
        let wrong: [(Int, JSON)] = [
            (400, Self.catalog { stream, _ in stream["supportedSyncModes"] = ["full_refresh"] }),
            (400, Self.catalog { _, config in config["cursorField"] = [] }),
            (
                400,
                Self.catalog { stream, config in
                    stream["sourceDefinedPrimaryKey"] = []
                    config["primaryKey"] = []
                }
            ),
            (400, Self.catalog { _, config in config["destinationSyncMode"] = "soft_delete" }),
            (400, ["streams": [Self.users, Self.users]]),
            (422, Self.catalog { _, config in config["includeFiles"] = true }),
        ]
        for (status, catalog) in wrong {
            let answer = try await api.post("connections/update", ["connectionId": id, "syncCatalog": catalog])
            #expect(answer.status == status, "\(catalog)")
            #expect(try answer.text("message").contains("users"))
        }
        let twins = Self.catalog { stream, _ in stream["namespace"] = "other" }
        let both: JSON = ["streams": [Self.users, twins["streams"]?[0] ?? .null]]
        let apart = try await api.post("connections/update", ["connectionId": id, "syncCatalog": both])
        #expect(apart.status == 200)
        let together = try await api.post(
            "connections/update", ["connectionId": id, "namespaceDefinition": "destination"])
        #expect(together.status == 400)
        #expect(try together.text("message").contains("other.users"))
        let nameless = Self.catalog { stream, _ in stream["name"] = nil }
        let answer = try await api.post("connections/update", ["connectionId": id, "syncCatalog": nameless])
        #expect(answer["message"] == "syncCatalog.streams[0].stream.name is missing.")
        let empty = Self.catalog { stream, _ in stream["name"] = "" }
        #expect(try await api.post("connections/update", ["connectionId": id, "syncCatalog": empty]).status == 400)
        for member in ["name", "namespace"] {
            let long = Self.catalog { stream, _ in stream[member] = .string(String(repeating: "x", count: 1001)) }
            #expect(try await api.post("connections/update", ["connectionId": id, "syncCatalog": long]).status == 422)
        }
        let odd = Self.catalog { _, config in config["syncMode"] = "sideways" }
        #expect(try await api.post("connections/update", ["connectionId": id, "syncCatalog": odd]).status == 422)
    }

    @Test(arguments: [
        (400, #"{"scheduleType":"basic"}"#), (400, #"{"scheduleType":"manual","scheduleData":{}}"#),
        (400, #"{"scheduleType":"basic","scheduleData":{"basicSchedule":{"units":0,"timeUnit":"hours"}}}"#),
        (422, #"{"scheduleType":"basic","scheduleData":{"basicSchedule":{"units":1,"timeUnit":"moons"}}}"#),
        (400, #"{"scheduleType":"cron","scheduleData":{"cron":{"cronExpression":"* * *","cronTimeZone":"UTC"}}}"#),
        (
            400,
            #"{"scheduleType":"cron","scheduleData":{"cron":{"cronExpression":"0 0 24 * * ?","cronTimeZone":"UTC"}}}"#
        ),
        (
            400,
            #"{"scheduleType":"cron","scheduleData":{"cron":{"cronExpression":"0 0 0 30 2 ?","cronTimeZone":"UTC"}}}"#
        ),
        (
            400,
            #"{"scheduleType":"cron","scheduleData":{"cron":{"cronExpression":"0 0 0 * * ?","cronTimeZone":"Mars/Base"}}}"#
        ),
        (400, #"{"scheduleType":"cron","scheduleData":{"cron":{"cronExpression":"0 0 0 * * ?"}}}"#),
        (400, #"{"scheduleType":"cron","scheduleData":{"cron":{"cronTimeZone":"UTC"}}}"#),
        (
            400,
            #"{"scheduleType":"cron","scheduleData":{"cron":{"cronExpression":"0 0 * * * ?","cronTimeZone":"Etc/UTC"}}}"#
        ), (400, #"{"schedule":{"units":1,"timeUnit":"hours"}}"#), (422, #"{"scheduleType":"hourly"}"#),
        (400, #"{"namespaceDefinition":"customformat"}"#), (422, #"{"name":"  "}"#),
        (422, #"{"prefix":"\#(String(repeating: "p", count: 501))"}"#),
        (422, #"{"namespaceFormat":"\#(String(repeating: "n", count: 1001))"}"#),
    ])
    func `a schedule or a name that makes no sense is refused`(status: Int, members: String) async throws {
        let api = try await TestAPI()
        var body = try JSON.parse(members)
        body["connectionId"] = .string(try await api.makeConnection())
        #expect(try await api.post("connections/update", body).status == status)
    }

    @Test(arguments: [
        ("0 0 12 * * ?", "Europe/Berlin"), ("0 0 12 * * *", "UTC"), ("0 0  12 ? * mon-FRI 2026-2199", "US/Pacific"),
        ("*/15 8-18 * * 1-5", "Asia/Kathmandu"), ("@daily", "Australia/Lord_Howe"),
    ])
    func `a cron schedule is read back as it was given`(expression: String, zone: String) async throws {
        let api = try await TestAPI()
        let cron: JSON = ["cron": ["cronExpression": .string(expression), "cronTimeZone": .string(zone)]]
        let id = try await api.makeConnection(["scheduleType": "cron", "scheduleData": cron])
        let read = try await api.post("connections/get", ["connectionId": .string(id)])
        #expect(read["scheduleType"] == "cron")
        #expect(read["scheduleData"] == cron)
    }

    @Test func `a refused cron schedule is told what is wrong with it`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection())
        func message(_ expression: JSON, _ zone: JSON) async throws -> String {
            let cron: JSON = ["cron": ["cronExpression": expression, "cronTimeZone": zone]]
            let answer = try await api.post(
                "connections/update", ["connectionId": id, "scheduleType": "cron", "scheduleData": cron])
            return try answer.text("message")
        }
        #expect(try await message("0 0 25 * * ?", "UTC").hasPrefix("cronExpression: The hour of the cron expression"))
        #expect(try await message("0 0 2 * * ?", "Mars/Base").hasPrefix("cronTimeZone: There is no time zone"))
    }

    @Test func `the older member for a schedule is taken on creation`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeConnection(["schedule": ["units": 2, "timeUnit": "days"]])
        let read = try await api.post("connections/get", ["connectionId": .string(id)])
        #expect(read["scheduleType"] == "basic")
        #expect(read["scheduleData"]?["basicSchedule"] == ["units": 2, "timeUnit": "days"])
    }

    @Test func `a deleted connection is still read, but neither listed nor changed`() async throws {
        let api = try await TestAPI()
        let id: JSON = ["connectionId": .string(try await api.makeConnection())]
        #expect(try await api.post("connections/delete", id).status == 204)
        #expect(try await api.post("connections/delete", id).status == 204)
        #expect(try await api.post("connections/get", id)["status"] == "deprecated")
        let list = try await api.post("connections/list", ["workspaceId": .string(api.workspace.description)])
        #expect(list["connections"] == [])
        #expect(try await api.post("connections/update", id).status == 409)
    }

    @Test func `a global state is told in both spellings`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeConnection()
        let connection = try #require(ConnectionID(id))
        let part = StreamState(descriptor: StreamDescriptor(name: "t", namespace: "public"), state: ["a": 1])
        try await api.database.write { session in
            try session.save(.global(shared: ["lsn": 7], [part]), of: connection, at: TestAPI.now)
        }
        let state = try await api.post("state/get", ["connectionId": .string(id)])
        #expect(state["stateType"] == "global")
        #expect(state["globalState"]?["shared_state"] == ["lsn": 7])
        #expect(state["globalState"]?["sharedState"] == ["lsn": 7])
        #expect(state["globalState"]?["streamStates"]?[0]?["streamDescriptor"]?["namespace"] == "public")
    }
}
