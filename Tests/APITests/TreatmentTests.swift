import Airbyte
import JSON
import Model
import SQL
import Store
import TestKit
import Testing

/// Field selection, mappers and schema contracts of `connections/create` and `/update`.
struct TreatmentTests {
    private static let text: JSON = ["type": "string"]
    private static let key = String(repeating: "a1", count: 16)

    /// A catalog with one stream, users, whose configuration has these members besides.
    private static func catalog(_ more: JSONObject = [:], fields: [String] = ["id", "at", "name", "mail"]) -> JSON {
        var config: JSON = [
            "syncMode": "incremental", "destinationSyncMode": "append_dedup", "cursorField": ["at"],
            "primaryKey": [["id"]], "selected": true,
        ]
        for (name, value) in more { config[name] = value }
        return [
            "streams": [
                [
                    "stream": [
                        "name": "users", "supportedSyncModes": ["full_refresh", "incremental"],
                        "jsonSchema": [
                            "type": "object", "properties": .object(JSONObject(fields.map { ($0, Self.text) })),
                        ],
                    ], "config": config,
                ]
            ]
        ]
    }

    private static func paths(_ names: [String]) -> JSON { .array(names.map { ["fieldPath": [.string($0)]] }) }

    private static func encryption(_ key: String, id: String? = nil, field: String = "mail") -> JSON {
        var mapper: JSON = [
            "type": "encryption",
            "mapperConfiguration": [
                "algorithm": "AES", "targetField": .string(field), "fieldNameSuffix": "_enc", "mode": "CBC",
                "padding": "PKCS5Padding", "key": .string(key),
            ],
        ]
        mapper["id"] = id.map { .string($0) }
        return mapper
    }

    private func config(_ answer: Answer) -> JSON? { answer["syncCatalog"]?["streams"]?[0]?["config"] }

    @Test func `selected fields are all that is kept of a schema, and are told`() async throws {
        let api = try await TestAPI()
        let chosen: JSONObject = [
            "fieldSelectionEnabled": true, "selectedFields": Self.paths(["name", "id", "at"]),
        ]
        let id = JSON.string(try await api.makeConnection(["syncCatalog": Self.catalog(chosen)]))
        let read = try await api.post("connections/get", ["connectionId": id])
        let stream = read["syncCatalog"]?["streams"]?[0]?["stream"]
        #expect(stream?["jsonSchema"]?["properties"]?.objectValue?.keys == ["id", "at", "name"])
        #expect(config(read)?["fieldSelectionEnabled"] == true)
        #expect(config(read)?["selectedFields"] == Self.paths(["id", "at", "name"]))
        // What was read can be written back.
        let same: JSON = ["connectionId": id, "syncCatalog": read["syncCatalog"] ?? .null]
        let written = try await api.post("connections/update", same)
        #expect(written.status == 200)
        #expect(written["syncCatalog"] == read["syncCatalog"])
        let off = try await api.post("connections/update", ["connectionId": id, "syncCatalog": Self.catalog()])
        #expect(config(off)?["fieldSelectionEnabled"] == false)
        #expect(config(off)?["selectedFields"] == [])
    }

    @Test func `a selection that cannot be is refused with a sentence`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection())
        let wrong: [(JSON, String)] = [
            ([], "selects none"), (Self.paths(["id", "at", "nope"]), "nope"), (Self.paths(["id", "name"]), "field at"),
            (Self.paths(["at", "name"]), "field id"), ([["fieldPath": ["id", "deep"]]], "one field"),
            ([["fieldPath": []]], "one field"),
        ]
        for (fields, sentence) in wrong {
            let catalog = Self.catalog(["fieldSelectionEnabled": true, "selectedFields": fields])
            let answer = try await api.post("connections/update", ["connectionId": id, "syncCatalog": catalog])
            #expect(answer.status == 400)
            #expect(try answer.text("message").contains(sentence), "\(answer.body)")
        }
    }

    @Test func `mappers are taken in both spellings and told in one, each with an id`() async throws {
        let api = try await TestAPI()
        let own = "3b7c1f9e-0000-4000-8000-000000000001"
        let mappers: JSON = [
            [
                "type": "hashing", "id": .string(own),
                "mapperConfiguration": ["targetField": "mail", "method": "SHA-256", "fieldNameSuffix": "_h"],
            ],
            ["name": "field-renaming", "config": ["originalFieldName": "name", "newFieldName": "title"]],
            [
                "type": "row-filtering",
                "mapperConfiguration": [
                    "conditions": ["type": "EQUAL", "fieldName": "title", "comparisonValue": "x"]
                ],
            ],
        ]
        let id = JSON.string(try await api.makeConnection(["syncCatalog": Self.catalog(["mappers": mappers])]))
        let read = try await api.post("connections/get", ["connectionId": id])
        let told = try #require(config(read)?["mappers"]?.arrayValue)
        #expect(told.map { $0["type"] } == ["hashing", "field-renaming", "row-filtering"])
        #expect(told[0] == mappers[0])
        #expect(told[1]["mapperConfiguration"] == mappers[1]?["config"])
        #expect(told.allSatisfy { $0["id"]?.stringValue?.count == 36 })
        #expect(config(read)?["hashedFields"] == Self.paths(["mail"]))
        // Without ids they are known again.
        let again = try await api.post(
            "connections/update", ["connectionId": id, "syncCatalog": Self.catalog(["mappers": mappers])])
        #expect(config(again)?["mappers"] == config(read)?["mappers"])
        // The source's schema is stored as it is; the destination's is made of it.
        #expect(read["syncCatalog"]?["streams"]?[0]?["stream"]?["jsonSchema"]?["properties"]?["mail"] != nil)
        let older = try await api.post(
            "connections/update",
            ["connectionId": id, "syncCatalog": Self.catalog(["hashedFields": Self.paths(["name"])])])
        #expect(config(older)?["mappers"]?[0]?["mapperConfiguration"]?["targetField"] == "name")
    }

    @Test(.proves("2.11-errors")) func `a mapper that cannot be carried out is refused by its kind and not stored`()
        async throws
    {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection(["syncCatalog": Self.catalog()]))
        func rename(_ from: String, _ to: String) -> JSON {
            [
                "type": "field-renaming",
                "mapperConfiguration": ["originalFieldName": .string(from), "newFieldName": .string(to)],
            ]
        }
        let wrong: [([JSON], String)] = [
            ([rename("nope", "x")], "FIELD_NOT_FOUND"), ([rename("name", "mail")], "FIELD_ALREADY_EXISTS"),
            ([rename("name", "x"), rename("mail", "x")], "FIELD_ALREADY_EXISTS"),
            ([["type": "shouting", "mapperConfiguration": [:]]], "MISSING_MAPPER"),
            ([["type": "hashing", "mapperConfiguration": ["method": "SHA-256"]]], "INVALID_MAPPER_CONFIG"),
            ([["type": "field-filtering", "mapperConfiguration": ["targetField": "id"]]], "primary key"),
            ([Self.encryption("no key")], "INVALID_MAPPER_CONFIG"),
            ([Self.encryption("**********")], "none is stored"),
        ]
        for (mappers, kind) in wrong {
            let catalog = Self.catalog(["mappers": .array(mappers)])
            let answer = try await api.post("connections/update", ["connectionId": id, "syncCatalog": catalog])
            #expect(answer.status == 422)
            let message = try answer.text("message")
            #expect(message.contains(kind) && message.contains("users"), "\(message)")
            #expect(!message.contains("no key"))
        }
        let read = try await api.post("connections/get", ["connectionId": id])
        #expect(config(read)?["mappers"] == [])
        #expect(try await secrets(api) == 0)
        for mapper in [["mapperConfiguration": [:]], ["type": "hashing"]] as [JSON] {
            let catalog = Self.catalog(["mappers": [mapper]])
            let answer = try await api.post("connections/update", ["connectionId": id, "syncCatalog": catalog])
            #expect(answer.status == 400)
        }
        // A field that is not selected is not there for a mapper.
        let unselected = Self.catalog([
            "fieldSelectionEnabled": true, "selectedFields": Self.paths(["id", "at"]), "mappers": [rename("name", "x")],
        ])
        #expect(
            try await api.post("connections/update", ["connectionId": id, "syncCatalog": unselected]).status == 422)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a mapper's key is sealed, masked, kept when it comes back masked, and deleted with its connection`(
        engine: Dialect.Engine
    ) async throws {
        let api = try await TestAPI(engine)
        let id = try await api.makeConnection(["syncCatalog": Self.catalog(["mappers": [Self.encryption(Self.key)]])])
        let connection = try #require(ConnectionID(id))
        func update(_ mappers: [JSON]) async throws -> Answer {
            try await api.post(
                "connections/update",
                ["connectionId": .string(id), "syncCatalog": Self.catalog(["mappers": .array(mappers)])])
        }
        func stored() async throws -> JSON? {
            try await api.database.read { session throws in
                try session.connection(connection).treatments.first?.mappers.last?["config"]?["key"]
            }
        }
        let read = try await api.post("connections/get", ["connectionId": .string(id)])
        #expect(!read.body.contains(Self.key))
        let told = try #require(config(read)?["mappers"]?[0])
        #expect(told["mapperConfiguration"]?["key"] == "**********")
        let first = try #require(try await stored()?["_secret"])
        // Moved behind another one, with its id or without.
        let rename: JSON = [
            "type": "field-renaming", "mapperConfiguration": ["originalFieldName": "name", "newFieldName": "title"],
        ]
        #expect(try await update([rename, told]).status == 200)
        #expect(try await stored()?["_secret"] == first)
        #expect(try await update([rename, Self.encryption("**********")]).status == 200)
        #expect(try await stored()?["_secret"] == first)
        #expect(try await secrets(api) == 1)
        // Another key takes its place.
        #expect(try await update([Self.encryption(String(repeating: "b2", count: 16))]).status == 200)
        #expect(try await stored()?["_secret"] != first)
        #expect(try await secrets(api) == 1)
        // Nobody may name a secret that is not theirs.
        var stolen = Self.encryption(Self.key)
        stolen["mapperConfiguration"]?["key"] = ["_secret": first]
        #expect(try await update([stolen]).status == 422)
        let everything = try await api.database.read { session in
            try session.rows("SELECT treatments FROM connection").map { try $0.get("treatments", as: String.self) }
        }
        #expect(!everything.contains { $0.contains(Self.key) || $0.contains("b2b2") })
        #expect(!api.log.text.contains(Self.key))
        #expect(try await api.post("connections/delete", ["connectionId": .string(id)]).status == 204)
        #expect(try await secrets(api) == 0)
    }

    @Test func `a schema contract stays where nothing is said of it`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(
            try await api.makeConnection(["syncCatalog": Self.catalog(["schemaContract": "discard_row"])]))
        #expect(config(try await api.post("connections/get", ["connectionId": id]))?["schemaContract"] == "discard_row")
        func update(_ more: JSONObject) async throws -> Answer {
            try await api.post("connections/update", ["connectionId": id, "syncCatalog": Self.catalog(more)])
        }
        #expect(config(try await update([:]))?["schemaContract"] == "discard_row")
        #expect(config(try await update(["schemaContract": "evolve"]))?["schemaContract"] == nil)
        #expect(try await update(["schemaContract": "shrink"]).status == 422)
    }

    @Test func `mappers that change count as another schema`() async throws {
        let api = try await TestAPI(supportsRefreshes: true)
        let id = try await api.makeConnection(["syncCatalog": Self.catalog()])
        let connection = try #require(ConnectionID(id))
        let mapped = Self.catalog(["mappers": [Self.encryption(Self.key)]])
        func pending() async throws -> Int {
            try await api.database.read { try $0.pendingRefreshes(of: connection).count }
        }
        var body: JSON = ["connectionId": .string(id), "syncCatalog": mapped]
        _ = try await api.post("connections/update", body)
        #expect(try await pending() == 0)
        body["syncCatalog"] = Self.catalog()
        body["skipReset"] = false
        _ = try await api.post("connections/update", body)
        #expect(try await pending() == 1)
    }

    private func secrets(_ api: TestAPI) async throws -> Int {
        try await api.database.read { session throws in
            // One belongs to the source.
            try (session.value("SELECT count(*) FROM secret WHERE coordinate <> 'key_check'") ?? 0) - 1
        }
    }
}
