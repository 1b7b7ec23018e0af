import JSON
import Posix
import SQL
import TestKit
import Testing

extension Programs {
    /// The scenarios of Airbyte's own acceptance suite that end in rows at a destination; their numbers are those of the
    /// reference. 12, a destination that fails, is in FaultTests; what a new column does, 18 and 19, in SchemaTests too.
    struct ScenarioTests {
        private static let films: JSON = [
            "films": ["fields": ["id": "integer", "film": "string", "director": "string", "year": "integer"]]
        ]

        private static let script: [JSON] = [
            [
                "rows": [
                    ["id": 1, "film": "Alien", "director": "Scott", "year": 1979],
                    ["id": 2, "film": "Brazil", "director": "Gilliam", "year": 1985],
                ]
            ], ["state": "films"], ["status": "COMPLETE"],
        ]

        private func films(_ api: APIClient, _ warehouse: Warehouse) async throws -> ScriptedConnection {
            try await ScriptedConnection(
                api, to: warehouse.destination(api), "full_refresh", "overwrite", streams: Self.films,
                more: ["namespaceDefinition": "destination"], playing: Self.script)
        }

        @Test func `11, 14, 15: a manual sync succeeds, and chosen and mapped columns arrive`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let warehouse = Warehouse.sqlite("\(installation.directory)/films.db")
            let connection = try await films(api, warehouse)
            // As Airbyte's suite follows a job.
            let id = try await api.sync(connection.id)
            var status: JSON?
            repeat {
                status = try await api.ask("jobs/get_light", ["id": id])["job"]?["status"]
                try await Task.sleep(for: .milliseconds(50))
            } while status == "pending" || status == "running"
            #expect(status == "succeeded")
            #expect(try await Set(warehouse.columns(of: "films").keys) == ["id", "film", "director", "year"])
            var whole = try await api.ask("connections/get", ["connectionId": connection.id])["syncCatalog"] ?? .null
            var entry = whole["streams"]?[0] ?? .null
            try await connection.configure { config in
                config["fieldSelectionEnabled"] = true
                config["selectedFields"] = [["fieldPath": ["film"]]]
            }
            #expect(try await connection.sync().status == "succeeded")
            #expect(try await Set(warehouse.columns(of: "films").keys) == ["film"])
            // A selection is all that is kept of a stream, so the whole of it comes from before.
            entry["config"]?["mappers"] = Self.mappers
            whole["streams"] = [entry]
            try await api.ask("connections/update", ["connectionId": connection.id, "syncCatalog": whole])
            #expect(try await connection.sync().status == "succeeded")
            #expect(try await Set(warehouse.columns(of: "films").keys) == ["id", "film_hash", "directed_by", "year"])
            let rows = try await warehouse.rows("SELECT * FROM films")
            #expect(try rows.map { try $0.get("directed_by", as: String.self) } == ["Scott"])
            // What `printf Alien | sha256sum` says.
            #expect(
                try rows.map { try $0.get("film_hash", as: String.self) } == [
                    "72e4646b0bfe3620d3d9d1e65a0ea4a8c0b11682f4c86f987a19ed66882a2106"
                ])
            #expect(await program.stop() == .exited(0))
        }

        private static let mappers: JSON = [
            [
                "type": "row-filtering",
                "mapperConfiguration": [
                    "conditions": ["type": "EQUAL", "fieldName": "film", "comparisonValue": "Alien"]
                ],
            ],
            [
                "type": "field-renaming",
                "mapperConfiguration": ["originalFieldName": "director", "newFieldName": "directed_by"],
            ],
            [
                "type": "hashing",
                "mapperConfiguration": ["targetField": "film", "method": "SHA-256", "fieldNameSuffix": "_hash"],
            ],
        ]

        @Test func `13, 16: a sync is cancelled, and a running connection deleted, twice`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let warehouse = Warehouse.sqlite("\(installation.directory)/endless.db")
            let source = try await api.source("exec:source-numbers", ["records": 1_000_000_000])
            let connection = try await api.connection(from: source, to: warehouse.destination(api))
            let first = try await api.sync(connection)
            #expect(try await api.ask("jobs/cancel", ["id": first])["job"]?["status"] == "cancelled")
            #expect(try await api.ended(first)["job"]?["status"] == "cancelled")
            let second = try await api.sync(connection)
            let id: JSON = ["connectionId": connection]
            for _ in 0..<2 { #expect(try await api.post("connections/delete", id).status == 204) }
            #expect(try await api.ask("connections/get", id)["status"] == "deprecated")
            #expect(try await api.ended(second)["job"]?["status"] == "cancelled")
            #expect(await program.stop() == .exited(0))
        }
    }
}
