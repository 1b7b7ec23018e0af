import Airbyte
import ConnectorKit
import JSON
import Testing

@Suite("source-faker", .timeLimit(.minutes(5)))
struct SourceFakerTests {
    private func read(
        _ names: [String] = ["users"], _ configuration: JSON, state: JSON? = nil
    ) async throws -> ConnectorRun {
        let discovered = try await ConnectorRun.run(["source-faker", "discover"], files: [("config", configuration)])
        let catalog = try #require(try discovered.messages.first?["catalog"]?.decode(AirbyteCatalog.self))
        let streams = catalog.streams.filter { names.contains($0.name) }.map {
            ConfiguredStream(stream: $0, syncMode: .incremental, destinationSyncMode: .append)
        }
        var files: [(String, JSON)] = [
            ("config", configuration), ("catalog", try JSON.encode(ConfiguredCatalog(streams: streams))),
        ]
        if let state { files.append(("state", [state])) }
        return try await ConnectorRun.run(["source-faker", "read"], files: files)
    }

    private func ids(_ run: ConnectorRun) -> [Int] { run.records.compactMap { $0["id"]?.intValue } }

    @Test func `each stream has as many records as asked for, estimated before and with the fields it is said to have`()
        async throws
    {
        let run = try await read(["products", "users", "purchases"], ["count": 250, "seed": 7])
        #expect(run.exitCode == 0)
        #expect(run.statuses == Array(repeating: ["STARTED", "RUNNING", "COMPLETE"], count: 3).flatMap { $0 })
        let streams = Dictionary(grouping: run.messages.compactMap { $0["record"] }) { $0["stream"]?.stringValue ?? "" }
        #expect(streams.mapValues(\.count) == ["products": 100, "users": 250, "purchases": 250])
        let estimates = run.messages.compactMap { $0["trace"]?["estimate"]?["row_estimate"]?.intValue }
        #expect(estimates == [100, 250, 250])
        let discovered = try await ConnectorRun.run(["source-faker", "discover"], files: [("config", [:])])
        let catalog = try #require(try discovered.messages.first?["catalog"]?.decode(AirbyteCatalog.self))
        for stream in catalog.streams {
            let declared = Set(stream.jsonSchema["properties"]?.objectValue?.keys ?? [])
            let records = try #require(streams[stream.name]?.compactMap { $0["data"]?.objectValue })
            #expect(Set(records.flatMap(\.keys)) == declared)
            #expect(stream.isResumable == true && stream.sourceDefinedPrimaryKey == [["id"]])
        }
        let mails = Set(streams["users"]?.compactMap { $0["data"]?["email"]?.stringValue } ?? [])
        #expect(mails.count == 250)
    }

    @Test func `the same seed makes the same records, another one others, and none any`() async throws {
        func texts(_ seed: JSON) async throws -> [String] {
            let run = try await read(
                ["users", "purchases"], ["count": 20, "seed": seed, "always_updated": false])
            return run.records.map(\.text)
        }
        let first = try await texts(7)
        #expect(first.count == 40)
        #expect(try await texts(7) == first)
        #expect(try await texts(8) != first)
        #expect(try await texts(-1) != texts(-1))
    }

    @Test func `a read goes on behind the last state with the records that it would have made`() async throws {
        let configuration: JSON = ["count": 25, "records_per_slice": 10, "always_updated": false]
        let whole = try await read(configuration: configuration)
        #expect(whole.states.count == 3)
        let middle = try #require(whole.states.first)
        let rest = try await read(["users"], configuration, state: middle)
        #expect(ids(rest) == Array(11...25))
        #expect(rest.records == Array(whole.records.dropFirst(10)))
        #expect(rest.states.last?["stream"]?["stream_state"]?["loop_offset"] == 25)
    }

    private func read(configuration: JSON) async throws -> ConnectorRun { try await read(["users"], configuration) }

    @Test func `what was read to its end comes again only where it is always updated, or has become more`() async throws
    {
        var configuration: JSON = ["count": 5, "seed": 7]
        let last = try #require(try await read(configuration: configuration).states.last)
        #expect(ids(try await read(["users"], configuration, state: last)) == [1, 2, 3, 4, 5])
        configuration["always_updated"] = false
        let nothing = try await read(["users"], configuration, state: last)
        #expect(nothing.records.isEmpty && nothing.states.count == 1)
        #expect(nothing.statuses == ["STARTED", "COMPLETE"])
        configuration["count"] = 7
        #expect(ids(try await read(["users"], configuration, state: last)) == [6, 7])
        configuration["seed"] = 8
        #expect(ids(try await read(["users"], configuration, state: last)) == Array(1...7))
    }

    /// As airbyte-source-faker 7.2.1 writes it.
    @Test func `a state of Airbyte's own source is gone on from`() async throws {
        func state(_ name: String, _ state: JSON) -> JSON {
            ["type": "STREAM", "stream": ["stream_descriptor": ["name": .string(name)], "stream_state": state]]
        }
        let configuration: JSON = ["count": 4, "always_updated": false]
        let users = state("users", ["seed": 7, "updated_at": "2026-11-21T20:56:42+00:00", "loop_offset": 3])
        #expect(ids(try await read(["users"], configuration, state: users)) == [4])
        let products = state("products", ["seed": 7, "updated_at": "2026-11-21T20:56:42+00:00"])
        #expect(ids(try await read(["products"], configuration, state: products)) == [])
    }

    @Test(
        arguments: [
            ["count": 0], ["count": "many"], ["records_per_slice": 0], ["always_updated": "yes"], ["seed": 1.5],
        ] as [JSON])
    func `options that cannot be are told by name`(configuration: JSON) async throws {
        let run = try await ConnectorRun.run(["source-faker", "check"], files: [("config", configuration)])
        let status = try #require(run.messages.first?["connectionStatus"])
        #expect(status["status"] == "FAILED")
        let name = try #require(configuration.objectValue?.keys.first)
        #expect(status["message"]?.stringValue?.contains("\"\(name)\"") == true)
    }

    @Test func `a stream that is not made up is a fault of the catalog`() async throws {
        let catalog = ConfiguredCatalog(streams: [.test("orders")])
        let run = try await ConnectorRun.run(
            ["source-faker", "read"], files: [("config", [:]), ("catalog", try JSON.encode(catalog))])
        #expect(run.exitCode == 1)
        #expect(run.failure?["failure_type"] == "config_error")
        #expect(run.statuses == ["STARTED", "INCOMPLETE"])
    }
}
