import Airbyte
import JSON
import Model
import SQL
import Store
import TestKit
import Testing

/// Configurations against the whole specification of their connector.
struct SpecificationTests {
    private static let canary = "canary-7c1f9e"
    private static let schema: JSON = [
        "type": "object", "required": ["host", "password"], "additionalProperties": true,
        "properties": [
            "host": ["type": "string", "minLength": 1],
            "port": ["type": "integer", "minimum": 0, "maximum": 65536, "default": 5432],
            "password": ["type": "string", "airbyte_secret": true, "pattern": "^canary-[0-9a-f]+$"],
            "tunnel": [
                "type": "object",
                "oneOf": [
                    ["required": ["method"], "properties": ["method": ["type": "string", "const": "NO_TUNNEL"]]],
                    [
                        "required": ["method", "key"],
                        "properties": [
                            "method": ["type": "string", "const": "SSH_KEY_AUTH"],
                            "key": ["type": "string", "airbyte_secret": true, "minLength": 12],
                        ],
                    ],
                ],
            ],
        ],
    ]
    private static let good: JSON = ["host": "db", "password": .string(canary)]

    private func api(_ schema: JSON = Self.schema) async throws -> TestAPI { try await TestAPI(sourceSchema: schema) }

    private func create(_ configuration: JSON, _ api: TestAPI) async throws -> Answer {
        try await api.post(
            "sources/create",
            [
                "workspaceId": .string(api.workspace.description), "name": "Shop",
                "sourceDefinitionId": .string(api.sourceDefinition.id.description),
                "connectionConfiguration": configuration,
            ])
    }

    @Test func `a configuration that does not fulfill the specification is 422, by the names of its members alone`()
        async throws
    {
        let api = try await api()
        let answer = try await create(
            [
                "host": "", "port": .string(Self.canary), "password": .string("wrong-" + Self.canary),
                "tunnel": ["method": .string(Self.canary)],
            ], api)
        #expect(answer.status == 422)
        #expect(
            try answer.text("message")
                == "The provided configuration does not fulfill the specification. Errors: host must not be empty; "
                + "password must match the pattern ^canary-[0-9a-f]+$; port must be a whole number; "
                + "tunnel.method must be one of: NO_TUNNEL, SSH_KEY_AUTH")
        #expect(!answer.body.contains("canary-7"))
        #expect(!api.log.text.contains("canary-7"))
        let secrets = try await api.database.read { try $0.value("SELECT count(*) FROM secret", as: Int.self) }
        #expect(secrets == 0)
    }

    @Test func `of many errors ten are told and the rest is counted`() async throws {
        let names = (0..<13).map { "m\($0)" }
        let api = try await api(["type": "object", "required": .array(names.map(JSON.string))])
        let message = try await create([:], api).text("message")
        #expect(message.hasSuffix("; and 3 more"))
        #expect(message.split(separator: ";").count == 11)
    }

    @Test func `a mask is judged as what is stored`() async throws {
        let api = try await api()
        let key = "0123456789ab"
        var configuration = Self.good
        configuration["tunnel"] = ["method": "SSH_KEY_AUTH", "key": .string(key)]
        let id = JSON.string(try await create(configuration, api).text("sourceId"))
        var masked: JSON = ["host": "other", "password": "**********"]
        masked["tunnel"] = ["method": "SSH_KEY_AUTH", "key": "**********"]
        let body: JSON = ["sourceId": id, "name": "Shop", "connectionConfiguration": masked]
        let update = try await api.post("sources/update", body)
        #expect(update.status == 200)
        #expect(update["connectionConfiguration"] == masked)
        #expect(try await api.post("sources/check_connection_for_update", body)["status"] == "succeeded")
        #expect(api.calls.configuration?["tunnel"]?["key"] == .string(key))
        for path in ["sources/update", "sources/check_connection_for_update"] {
            var wrong = body
            wrong["connectionConfiguration"] = ["host": 5, "password": "**********"]
            let answer = try await api.post(path, wrong)
            #expect(answer.status == 422)
            #expect(try answer.text("message").hasSuffix("Errors: host must be text"))
        }
        #expect(try await api.post("sources/get", ["sourceId": id])["connectionConfiguration"] == masked)
    }

    @Test func `nothing is added to a configuration, so that what is read is what was written`() async throws {
        let api = try await api()
        let id = JSON.string(try await create(Self.good, api).text("sourceId"))
        let read = try await api.post("sources/get", ["sourceId": id])
        #expect(read["connectionConfiguration"] == ["host": "db", "password": "**********"])
    }

    @Test func `a specification that cannot be read leaves its required members to be checked`() async throws {
        var schema = Self.schema
        schema["properties"]?["more"] = ["$ref": "http://example.org/schema.json"]
        let api = try await api(schema)
        let lacking = try await create(["host": 5], api)
        #expect(lacking.status == 422)
        #expect(try lacking.text("message").hasSuffix("Errors: password is missing"))
        #expect(try await create(["host": 5, "password": "x"], api).status == 200)
        #expect(api.log.text.contains("cannot be read, so only what it requires is checked"))
    }

    @Test func `a definition's new specification counts at once`() async throws {
        let api = try await api()
        #expect(try await create(Self.good, api).status == 200)
        var definition = api.sourceDefinition
        definition.specification = ConnectorSpecification(
            json: ["connectionSpecification": ["type": "object", "required": ["region"]]])
        let changed = definition
        try await api.database.write { try $0.seed(changed) }
        #expect(try await create(Self.good, api).text("message").hasSuffix("Errors: region is missing"))
    }
}
