import Crypto
import JSON
import Posix
import SQL
import TestKit
import Testing

extension Programs {
    /// Selection, mappers and contracts, from the connection's configuration to the rows of both native destinations.
    struct TreatmentTests {
        private static let key = String(repeating: "a1", count: 16)
        private static let secrets = ["canary-hidden", "canary-notes", "canary-phone", "example.org"]

        private static let people: JSON = [
            "people": [
                "fields": [
                    "id": "integer", "mail": "string", "country": "string", "hidden": "string", "phone": "string",
                    "age": "integer", "notes": "string",
                ]
            ]
        ]

        private static let mappers: JSON = [
            [
                "type": "hashing",
                "mapperConfiguration": ["targetField": "mail", "method": "SHA-256", "fieldNameSuffix": "_hashed"],
            ],
            [
                "type": "field-renaming",
                "mapperConfiguration": ["originalFieldName": "country", "newFieldName": "land"],
            ],
            ["type": "field-filtering", "mapperConfiguration": ["targetField": "hidden"]],
            [
                "type": "row-filtering",
                "mapperConfiguration": [
                    "conditions": ["type": "EQUAL", "fieldName": "land", "comparisonValue": "DE"]
                ],
            ],
            [
                "type": "encryption",
                "mapperConfiguration": [
                    "algorithm": "AES", "targetField": "phone", "fieldNameSuffix": "_encrypted", "mode": "CTR",
                    "padding": "NoPadding", "key": .string(key),
                ],
            ],
        ]

        /// What `printf %s NAME@example.org | sha256sum` says.
        private static let digests = [
            "438c4c7afe600cdf1e455c369bec76dc970fc8ca463447c7b387a347f3c79331",
            "5ae22dc1c344cf93bcc153b92da1c5efed96b5f3cc7346b241008af8e9299aab",
            "39f2b0c720afb91f8d1058eacd9a56f2cee2a0535cc810a46a0b531e6cdd1c08",
        ]

        private static let selected: JSON = .array(
            ["id", "mail", "country", "hidden", "phone", "age"].map { ["fieldPath": [.string($0)]] })

        /// Six people, every other one in Germany.
        private static let rows: JSON = .array(
            ["ann", "bob", "cleo", "dan", "eve", "fay"].enumerated().map { index, name in
                [
                    "id": .integer(index + 1), "mail": .string("\(name)@example.org"),
                    "country": index.isMultiple(of: 2) ? "DE" : "FR", "hidden": "canary-hidden",
                    "phone": .string("canary-phone \(index + 1)"), "age": .integer(30 + index),
                    "notes": "canary-notes",
                ]
            })

        private static let script: [JSON] = [["rows": rows], ["state": "people"], ["status": "COMPLETE"]]

        private static func treat(_ config: inout JSON) {
            config["fieldSelectionEnabled"] = true
            config["selectedFields"] = selected
            config["mappers"] = mappers
        }

        @Test(
            .proves(
                "2.1-order", "2.6-filtered", "2.9-fields", "2.11-hashing", "2.11-encryption", "2.11-renaming",
                "2.11-field-filter", "2.11-row-filter", "2.11-schema"))
        func `selection and all mappers together arrive in SQLite, and what they hide is nowhere`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let warehouse = Warehouse.sqlite("\(installation.directory)/x.db")
            try await expectTreated(warehouse, api, number: "INTEGER", text: "TEXT")
            #expect(await program.stop() == .exited(0))
            for file in Installation.files(in: installation.directory)
            where file.path.contains("/x.db") || file.path.contains("/logs/") {
                for secret in Self.secrets + [Self.key] {
                    #expect(file.bytes.firstRange(of: Array(secret.utf8)) == nil, "\(file.path): \(secret)")
                }
            }
        }

        @Test(.proves("2.1-order", "2.11-schema"))
        func `selection and all mappers together arrive in Postgres too`() async throws {
            let fleet = try await Fleet()
            let worker = try await fleet.worker()
            let warehouse = try await Warehouse.postgres(on: ThrowawayPostgres.shared())
            try await expectTreated(warehouse, fleet.api, number: "bigint", text: "text")
            #expect(await worker.stop() == .exited(0))
            #expect(await fleet.server.stop() == .exited(0))
        }

        private func expectTreated(
            _ warehouse: Warehouse, _ api: APIClient, number: String, text: String
        ) async throws {
            let connection = try await ScriptedConnection(
                api, to: warehouse.destination(api), streams: Self.people, more: ["namespaceDefinition": "destination"],
                playing: Self.script)
            try await connection.configure(Self.treat)
            let id = try await api.sync(connection.id)
            let job = EndedJob(try await api.ended(id))
            expectSuccess(job, emitted: 6, committed: 3)
            #expect(job.count("recordsFilteredOut") == 3 && job.count("recordsRejected") == 0)
            #expect(job.count("recordsFilteredOut", of: "people") == 3)
            #expect(job.warnings.isEmpty, "\(job.warningEntries)")
            #expect(
                try await warehouse.columns(of: "people") == [
                    "id": number, "mail_hashed": text, "land": text, "phone_encrypted": text, "age": number,
                ])
            let rows = try await warehouse.rows("SELECT * FROM people ORDER BY id")
            #expect(try rows.map { try $0.get("id", as: Int.self) } == [1, 3, 5])
            #expect(try rows.map { try $0.get("age", as: Int.self) } == [30, 32, 34])
            #expect(try rows.map { try $0.get("land", as: String.self) } == ["DE", "DE", "DE"])
            #expect(try rows.map { try $0.get("mail_hashed", as: String.self) } == Self.digests)
            #expect(
                try rows.map { try decrypted($0.get("phone_encrypted")) } == [
                    "canary-phone 1", "canary-phone 3", "canary-phone 5",
                ])
            let log = try await api.send("GET", "/api/swiftlet/jobs/\(id.text)/attempts/0/log?format=text")
            for secret in Self.secrets + [Self.key] {
                #expect(!log.body.contains(secret) && !job.json.text.contains(secret), "\(secret)")
            }
            let shown = try await api.ask("connections/get", ["connectionId": connection.id])
            #expect(!shown.text.contains(Self.key))
        }

        /// In counter mode the way back is the way there.
        private func decrypted(_ digits: String) throws -> String {
            let sealed = try #require(Hex.decode(digits))
            #expect(sealed.count == 16 + "canary-phone 1".utf8.count)
            let key = try #require(Hex.decode(Self.key))
            let cipher = try AESCipher(key: key, mode: .ctr, padding: .none)
            let plain = try cipher.seal(Array(sealed.dropFirst(16)), from: Array(sealed.prefix(16)))
            return String(decoding: plain, as: UTF8.self)
        }

        @Test(.proves("2.11-schema")) func `the destination's catalog has the columns that mappers make`() async throws
        {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let destination = try await api.destination(
                "exec:destination-scripted", ["directory": .string(installation.directory)])
            let connection = try await ScriptedConnection(
                api, to: destination, "incremental", "append", streams: Self.people, playing: Self.script)
            try await connection.configure(Self.treat)
            expectSuccess(try await connection.sync(), emitted: 6, committed: 3)
            let catalog = try JSON.parse(SecureFile.read("\(installation.directory)/catalog.json", limit: 1 << 20))
            let properties = catalog["streams"]?[0]?["stream"]?["json_schema"]?["properties"]?.objectValue
            #expect(
                Set(properties?.keys ?? []) == ["id", "mail_hashed", "land", "phone_encrypted", "age"], "\(catalog)")
            #expect(properties?["phone_encrypted"]?["type"].map { "\($0.text)".contains("string") } == true)
            let journal = try SecureFile.read("\(installation.directory)/journal", limit: 1 << 20)
            #expect(journal.firstRange(of: Array("mail_hashed".utf8)) != nil)
            for secret in Self.secrets { #expect(journal.firstRange(of: Array(secret.utf8)) == nil, "\(secret)") }
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("1.3-meta", "2.6-filtered"))
        func `a contract holds back rows, nulls values or stops the sync, in SQLite`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            try await expectContracts(api) { .sqlite("\(installation.directory)/\($0).db") }
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("1.3-meta"))
        func `a contract holds back rows, nulls values or stops the sync, in Postgres`() async throws {
            let fleet = try await Fleet()
            let worker = try await fleet.worker()
            let postgres = try await ThrowawayPostgres.shared()
            try await expectContracts(fleet.api) { _ in try await .postgres(on: postgres) }
            #expect(await worker.stop() == .exited(0))
            #expect(await fleet.server.stop() == .exited(0))
        }

        private func expectContracts(
            _ api: APIClient, _ warehouse: (String) async throws -> Warehouse
        ) async throws {
            let rows: JSON = [
                ["id": 1, "value": "a"], ["id": 2, "value": ["canary": 1]], ["id": 3, "value": "c", "more": "canary"],
                ["id": 4, "value": nil],
            ]
            let script: [JSON] = [["rows": rows], ["state": "numbers"], ["status": "COMPLETE"]]

            func start(_ contract: JSON) async throws -> (JSON, EndedJob, Warehouse, ScriptedConnection) {
                let warehouse = try await warehouse(contract.stringValue ?? "")
                let connection = try await ScriptedConnection(
                    api, to: warehouse.destination(api), more: ["namespaceDefinition": "destination"], playing: script)
                try await connection.configure { $0["schemaContract"] = contract }
                let id = try await api.sync(connection.id)
                return (id, EndedJob(try await api.ended(id)), warehouse, connection)
            }

            var (id, job, place, connection) = try await start("discard_row")
            expectSuccess(job, emitted: 4, committed: 2)
            #expect(job.count("recordsRejected") == 2 && job.count("recordsFilteredOut") == 0)
            #expect(job.warnings == ["records_rejected"])
            #expect(try await ids(place) == [1, 4])
            let path = "/api/swiftlet/jobs/\(id.text)/attempts/0/rejected"
            let rejected = try await api.send("GET", path)
            #expect(rejected.status == 200)
            let lines = try rejected.body.split(separator: "\n").map { try JSON.parse(String($0)) }
            #expect(lines.map { $0["data"] } == [rows[1], rows[2]])
            #expect(lines.allSatisfy { $0["stream"] == "numbers" })
            #expect(lines.first?["reason"]?.stringValue?.contains("the field value should be") == true, "\(lines)")
            #expect(lines.last?["reason"]?.stringValue?.contains("the field more is not in the schema") == true)
            #expect(!job.log.contains { $0.contains("canary") })

            (id, job, place, connection) = try await start("discard_value")
            expectSuccess(job, emitted: 4)
            #expect(job.count("recordsRejected") == 0)
            let written = try await place.rows(
                "SELECT id, value, CAST(_airbyte_meta AS TEXT) AS meta FROM numbers ORDER BY id")
            #expect(try written.map { try $0.getOptional("value", as: String.self) } == ["a", nil, "c", nil])
            let changes = try written.map { try JSON.parse($0.get("meta", as: String.self))["changes"] ?? .null }
            #expect(changes[0] == [] && changes[3] == [])
            #expect(changes[1][0]?["field"] == "value" && changes[1][0]?["change"] == "NULLED", "\(changes)")
            #expect(changes[2][0]?["field"] == "more", "\(changes)")
            #expect(try await place.columns(of: "numbers").keys.sorted() == ["id", "value"])

            (id, job, place, connection) = try await start("freeze")
            expectFailure(job, "source", "config_error", "does not fit its schema, which is frozen", stream: "numbers")
            #expect(job.failures.first?["externalMessage"]?.stringValue?.contains("canary") == false)
            #expect(try await connection.saved == [:])
            #expect(job.attempts.count == 1)
        }

        private func ids(_ warehouse: Warehouse) async throws -> [Int] {
            try await warehouse.rows("SELECT id FROM numbers ORDER BY id").map { try $0.get("id") }
        }
    }
}
