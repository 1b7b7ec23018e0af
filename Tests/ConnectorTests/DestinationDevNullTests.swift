import Airbyte
import ConnectorKit
import JSON
import Testing

@Suite("destination-dev-null", .timeLimit(.minutes(5)))
struct DestinationDevNullTests {
    private func write(_ behaviour: JSON?, _ input: [String]) async throws -> ConnectorRun {
        var configuration: JSON = [:]
        configuration["test_destination"] = behaviour
        let catalog = try JSON.encode(ConfiguredCatalog(streams: [.test("users"), .test("orders")]))
        return try await ConnectorRun.run(
            ["destination-dev-null", "write"], files: [("config", configuration), ("catalog", catalog)], input: input)
    }

    private func records(_ stream: String, _ ids: ClosedRange<Int>) -> [String] {
        ids.map { Messages.record(stream, #"{"id":\#($0)}"#) }
    }

    private func logged(_ run: ConnectorRun) -> [String] {
        run.messages.compactMap { $0["log"]?["message"]?.stringValue }
    }

    @Test(
        arguments: [
            nil, ["test_destination_type": "SILENT"],
            [
                "test_destination_type": "THROTTLED", "millis_per_record": 1,
            ],
        ] as [JSON?])
    func `records are forgotten and states come back byte for byte`(behaviour: JSON?) async throws {
        let states = [Messages.state("users", 1), Messages.state("users", 2)]
        let run = try await write(
            behaviour, records("users", 1...5) + [states[0]] + records("users", 6...9) + [states[1]])
        #expect(run.exitCode == 0)
        #expect(run.output == states)
    }

    @Test func `as many records as asked for are logged of each stream`() async throws {
        func run(_ sampling: JSON) async throws -> [String] {
            logged(
                try await write(
                    ["test_destination_type": "LOGGING", "logging_config": sampling],
                    records("users", 1...10) + records("orders", 1...3)))
        }
        let first = try await run(["logging_type": "FirstN", "max_entry_count": 2])
        #expect(
            first == [
                #"Record 1 of "users": {"id":1}"#, #"Record 2 of "users": {"id":2}"#,
                #"Record 1 of "orders": {"id":1}"#, #"Record 2 of "orders": {"id":2}"#,
            ])
        let shop = [Messages.record("users", "{}", namespace: "shop"), Messages.record("users", "{}")]
        let apart = try await write(
            [
                "test_destination_type": "LOGGING",
                "logging_config": ["logging_type": "FirstN", "max_entry_count": 1],
            ], shop + shop)
        #expect(logged(apart) == [#"Record 1 of "shop"."users": {}"#, #"Record 1 of "users": {}"#])
        let third = try await run(["logging_type": "EveryNth", "nth_entry_to_log": 3, "max_entry_count": 2])
        #expect(third.map { $0.prefix(8) } == ["Record 3", "Record 6", "Record 3"])
        let unsaid = try await run(["logging_type": "EveryNth"])
        #expect(unsaid.map { $0.prefix(8) } == ["Record 3", "Record 6", "Record 9", "Record 3"])
        let all: JSON = ["logging_type": "RandomSampling", "sampling_ratio": 1, "max_entry_count": 4]
        #expect(try await run(all).count == 7)
        let half: JSON = ["logging_type": "RandomSampling", "sampling_ratio": 0.5, "seed": 1900]
        let some = try await run(half)
        #expect((1...12).contains(some.count))
        #expect(try await run(half) == some)
    }

    @Test func `it fails where it is told to, and not before`() async throws {
        let behaviour: JSON = ["test_destination_type": "FAILING", "num_messages": 3]
        let state = Messages.state("users", 1)
        let run = try await write(behaviour, records("users", 1...3) + [state] + records("users", 4...4))
        #expect(run.exitCode == 1)
        #expect(run.output.first == state)
        #expect(run.failure?["message"] == "The destination fails after 3 records, as its configuration says.")
        #expect(try await write(behaviour, records("users", 1...3) + [state]).exitCode == 0)
    }

    @Test(
        arguments: [
            ["test_destination_type": "NOISY"], ["test_destination_type": "LOGGING"],
            ["test_destination_type": "LOGGING", "logging_config": ["logging_type": "All"]],
            [
                "test_destination_type": "LOGGING",
                "logging_config": ["logging_type": "RandomSampling", "sampling_ratio": 2],
            ],
            ["test_destination_type": "THROTTLED", "millis_per_record": -1],
        ] as [JSON])
    func `a behaviour that cannot be is refused with a sentence`(behaviour: JSON) async throws {
        let run = try await ConnectorRun.run(
            ["destination-dev-null", "check"], files: [("config", ["test_destination": behaviour])])
        let status = try #require(run.messages.first?["connectionStatus"])
        #expect(status["status"] == "FAILED")
        #expect(
            status["message"]?.stringValue?.contains("must be") == true
                || status["message"]?.stringValue?.contains("needs") == true)
    }
}
