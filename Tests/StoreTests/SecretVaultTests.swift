import Airbyte
import Crypto
import JSON
import Model
import SQL
import Secrets
import Store
import TestKit
import Testing
import Time

@Suite("Secrets of configurations", .timeLimit(.minutes(2)))
struct SecretVaultTests {
    private let now = Instant(seconds: 1_800_000_000)
    private let vault = SecretVault(key: SealingKey())
    private let schema = SecretSchema([
        "properties": [
            "host": ["type": "string"], "password": ["type": "string", "airbyte_secret": true],
            "tunnel": [
                "oneOf": [
                    ["properties": ["method": ["const": "none"]]],
                    ["properties": ["method": ["const": "key"], "key": ["airbyte_secret": true]]],
                ]
            ],
            "users": ["items": ["properties": ["token": ["airbyte_secret": true]]]],
        ]
    ])
    private let configuration: JSON = [
        "host": "h", "password": "canary-1", "tunnel": ["method": "key", "key": "canary-2"],
        "users": [["name": "a", "token": "canary-3"]],
    ]

    @Test(.proves("8.1-split", "8.2-hydrate"), arguments: Dialect.Engine.allCases)
    func `secrets leave the configuration and come back whole`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            let stored = try vault.split(
                configuration, schema: schema, replacing: nil, workspace: fixture.workspace.id, in: session, at: now)
            #expect(!stored.text.contains("canary"))
            let (hydrated, secrets) = try vault.hydrate(stored, in: session)
            #expect(hydrated == configuration)
            #expect(secrets.sorted() == ["canary-1", "canary-2", "canary-3"])
            let masked = SecretVault.masked(stored)
            #expect(masked["password"] == .string(SecretVault.mask))
            #expect(masked["tunnel"]?["key"] == .string(SecretVault.mask))
            #expect(masked["users"]?[0]?["token"] == .string(SecretVault.mask))
            #expect(masked["host"] == "h")
        }
    }

    @Test(.proves("8.4-mask"), arguments: Dialect.Engine.allCases)
    func `the mask keeps the stored value and a new one replaces it`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            let first = try vault.split(
                configuration, schema: schema, replacing: nil, workspace: fixture.workspace.id, in: session, at: now)
            var update = SecretVault.masked(first)
            update["tunnel"] = ["method": "key", "key": "canary-new"]
            let second = try vault.split(
                update, schema: schema, replacing: first, workspace: fixture.workspace.id, in: session, at: now)
            let hydrated = try vault.hydrate(second, in: session).configuration
            #expect(hydrated["password"] == "canary-1")
            #expect(hydrated["tunnel"]?["key"] == "canary-new")
            #expect(throws: StoreError.self, "the superseded secret is gone") { try vault.hydrate(first, in: session) }
            try vault.forget(second, in: session)
            #expect(try session.value("SELECT count(*) FROM secret", as: Int.self) == 0)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a reference to somebody else's secret cannot be smuggled in`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            let other = try vault.split(
                configuration, schema: schema, replacing: nil, workspace: fixture.workspace.id, in: session, at: now)
            let stolen = try #require(other["password"])
            #expect(throws: SecretError.self) {
                try vault.split(
                    ["host": stolen, "password": "x"], schema: schema, replacing: nil,
                    workspace: fixture.workspace.id, in: session, at: now)
            }
            // In a secret's own place the reference is only a value, and is sealed like any other.
            let harmless = try vault.split(
                ["password": stolen], schema: schema, replacing: nil, workspace: fixture.workspace.id, in: session,
                at: now)
            #expect(try vault.hydrate(harmless, in: session).configuration["password"] == stolen)
        }
    }

    @Test func `a mask for which nothing is stored is refused`() async throws {
        let fixture = try await StoreFixture(.sqlite)
        try await fixture.database.write { session throws in
            let error = #expect(throws: SecretError.self) {
                try vault.split(
                    ["tunnel": ["key": .string(SecretVault.mask)]], schema: schema, replacing: ["password": "plain"],
                    workspace: fixture.workspace.id, in: session, at: now)
            }
            #expect(error?.description.hasPrefix("tunnel.key is masked") == true)
        }
    }

    @Test(
        arguments: [
            ["additionalProperties": ["airbyte_secret": true]],
            ["patternProperties": ["^x": ["airbyte_secret": true]]],
            ["then": ["properties": ["name": ["airbyte_secret": true]]]],
            ["$ref": "#/definitions/b"],
        ] as [JSON])
    func `a secret is found wherever a schema can say so`(inner: JSON) {
        let schema = SecretSchema([
            "properties": ["map": inner, "list": ["items": [["type": "string"], inner]]],
            "definitions": [
                "a": ["$ref": "#/definitions/b"],
                "b": ["anyOf": [["$ref": "#/definitions/a"], ["properties": ["name": ["airbyte_secret": true]]]]],
            ],
        ])
        let found = schema.mapSecrets(in: ["map": ["name": "canary-1"], "list": ["free", ["name": "canary-2"]]]) {
            _, _ in
            "hidden"
        }
        #expect(found == ["map": ["name": "hidden"], "list": ["free", ["name": "hidden"]]])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `no row of the store holds a secret in plain`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            _ = try vault.split(
                configuration, schema: schema, replacing: nil, workspace: fixture.workspace.id, in: session, at: now)
            _ = try vault.deposit(configuration, workspace: fixture.workspace.id, in: session, at: now)
            let canary = Array("canary".utf8)
            for row in try session.rows("SELECT sealed FROM secret") {
                let sealed: [UInt8] = try row.get("sealed")
                #expect(!sealed.indices.contains { sealed[$0...].starts(with: canary) })
            }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a database that is tied to a key refuses another`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        try await fixture.database.write { session throws in
            try vault.verifyKey(in: session)
            try vault.tieKey(in: session, at: now)
            try vault.tieKey(in: session, at: now)
            try vault.verifyKey(in: session)
            let stranger = SecretVault(key: SealingKey())
            #expect(throws: SecretError.self) { try stranger.verifyKey(in: session) }
            #expect(throws: SecretError.self) { try stranger.tieKey(in: session, at: now) }
        }
    }

    @Test func `a key that is not the one it was sealed with opens nothing`() async throws {
        let fixture = try await StoreFixture(.sqlite)
        try await fixture.database.write { session throws in
            let stored = try vault.split(
                configuration, schema: schema, replacing: nil, workspace: fixture.workspace.id, in: session, at: now)
            #expect(throws: CryptoError.self) { try SecretVault(key: SealingKey()).hydrate(stored, in: session) }
        }
    }
}
