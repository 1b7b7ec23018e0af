import JSON
import Posix
import TestKit
import Testing

extension Programs {
    /// What a sync holds back, and what it warns of, as its user is told.
    struct RejectTests {
        private static let source = """
            #!/usr/bin/python3 -SE
            import json, sys
            def say(kind, key, value): print(json.dumps({"type": kind, key: value}), flush=True)
            command = sys.argv[1]
            config = json.load(open(sys.argv[sys.argv.index("--config") + 1])) if "--config" in sys.argv else {}
            if command == "spec": say("SPEC", "spec", {"connectionSpecification": {"type": "object"}})
            if command == "check": say("CONNECTION_STATUS", "connectionStatus", {"status": "SUCCEEDED"})
            if command == "discover":
                say("CATALOG", "catalog", {"streams": [{"name": "things", "json_schema": {"type": "object",
                    "properties": {"id": {"type": "integer"}, "name": {"type": ["null", "string"]}}},
                    "supported_sync_modes": ["full_refresh", "incremental"], "source_defined_primary_key": [["id"]]}]})
            if command == "read":
                for data in config["rows"]:
                    print('{"type":"RECORD","record":{"stream":"things","emitted_at":1,"data":%s}}' % data, flush=True)
                say("STATE", "state", {"type": "STREAM", "stream": {"stream_descriptor": {"name": "things"},
                    "stream_state": {"n": 1}}, "sourceStats": {"recordCount": float(len(config["rows"]))}})

            """

        @Test func `a record that cannot be read is kept aside and can be fetched`() async throws {
            let (installation, program, api, directory) = try await start()
            defer { try? Directory.remove(directory) }
            let source = try await api.source(
                "exec:source-broken", ["rows": [#"{"id":1,"name":"a"}"#, #"{"idd":tru}"#, #"{"id":3}"#]])
            let shop = "\(installation.directory)/x.db"
            let connection = try await api.connection(
                from: source, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(shop)]))
            let id = try await api.sync(connection)
            let job = try await api.ended(id)
            #expect(job["job"]?["status"] == "succeeded", "\(job)")
            let attempt = try #require(job["attempts"]?[0]?["attempt"])
            #expect(attempt["totalStats"]?["recordsEmitted"] == 3 && attempt["totalStats"]?["recordsRejected"] == 1)
            #expect(attempt["totalStats"]?["recordsCommitted"] == 2)
            let warnings = attempt["warnings"]?.arrayValue?.compactMap { $0["code"]?.stringValue } ?? []
            #expect(warnings.contains("records_rejected") && warnings.contains("no_stream_statuses"))
            let rejected = try await api.send("GET", "/api/swiftlet/jobs/\(id.text)/attempts/0/rejected")
            #expect(rejected.status == 200)
            #expect(rejected["stream"] == "things" && rejected["data"] == #"{"idd":tru}"#, "\(rejected.body)")
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a full refresh that brings nothing where it brought rows is told`() async throws {
            let (installation, program, api, directory) = try await start()
            defer { try? Directory.remove(directory) }
            let source = try await api.source("exec:source-broken", ["rows": [#"{"id":1}"#]])
            let shop = "\(installation.directory)/x.db"
            let connection = try await api.connection(
                from: source, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(shop)]),
                "full_refresh", "overwrite")
            #expect(try await api.ended(api.sync(connection))["job"]?["status"] == "succeeded")
            _ = try await api.ask(
                "sources/update",
                ["sourceId": source, "name": "s", "connectionConfiguration": ["rows": []]])
            let job = try await api.ended(api.sync(connection))
            #expect(job["job"]?["status"] == "succeeded", "\(job)")
            let warnings = job["attempts"]?[0]?["attempt"]?["warnings"]?.arrayValue ?? []
            #expect(warnings.contains { $0["code"] == "no_records" && $0["stream"]?["name"] == "things" }, "\(job)")
            #expect(await program.stop() == .exited(0))
        }

        private func start() async throws -> (Installation, RunningProgram, APIClient, String) {
            let directory = "\(try Installation().directory)-connectors"
            try Directory.create(directory)
            try SecureFile.write(Array(Self.source.utf8), to: "\(directory)/source-broken", mode: 0o755)
            let installation = try Installation(settings: ["SWIFTLET_CONNECTOR_PATH": directory])
            let (program, api) = try await installation.up()
            return (installation, program, api, directory)
        }
    }
}
