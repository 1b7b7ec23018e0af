import Airbyte
import ConnectorKit
import JSON
import Testing

@Suite("A connector's command line", .timeLimit(.minutes(5)))
struct ConnectorProgramTests {
    @Test(arguments: [
        [], ["--help"], ["nope", "spec"], ["destination-sqlite"], ["destination-sqlite", "fly"],
        ["destination-sqlite", "check"], ["destination-sqlite", "check", "--config"],
        ["destination-sqlite", "write", "--config", "x"], ["destination-sqlite", "spec", "more"],
        ["destination-sqlite", "check", "--verbose=1"],
    ])
    func `bad usage ends with exit code 2 and the usage`(arguments: [String]) async throws {
        let run = try await ConnectorRun.run(arguments)
        #expect(run.exitCode == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("usage: swiftlet-connector NAME spec"))
    }

    @Test(arguments: ConnectorRun.connectors.map { $0.name })
    func `the specification is complete`(name: String) async throws {
        let run = try await ConnectorRun.run([name, "spec"])
        #expect(run.exitCode == 0)
        let spec = try #require(run.messages.first?["spec"])
        let schema = try #require(spec["connectionSpecification"])
        #expect(schema["$schema"] == "http://json-schema.org/draft-07/schema#")
        let properties = try #require(schema["properties"]?.objectValue)
        #expect(properties.map { $0.value["order"]?.intValue } == Array(0..<properties.count))
        #expect(properties.allSatisfy { $0.value["title"]?.stringValue != nil })
        #expect(schema["required"]?.arrayValue?.allSatisfy { properties[$0.stringValue ?? ""] != nil } == true)
        if name.hasSuffix("postgres") { #expect(properties["password"]?["airbyte_secret"] == true) }
        if name.hasPrefix("destination") {
            #expect(spec["supported_destination_sync_modes"] == ["overwrite", "append", "append_dedup"])
        }
        #expect(spec["supportsIncremental"] == true)
    }

    @Test(arguments: ConnectorRun.connectors.map { $0.name })
    func `every option has its place on the connector's page`(name: String) async throws {
        let page = try Checkout.text("docs/connectors/\(name).md")
        let run = try await ConnectorRun.run([name, "spec"])
        let options = try #require(run.messages.first?["spec"]?["connectionSpecification"]?["properties"]?.objectValue)
        for option in options.keys { #expect(page.contains("`\(option)`"), "\(option)") }
    }

    @Test func `files that cannot be used are config errors with a sentence`() async throws {
        let missing = try await ConnectorRun.run(
            ["destination-sqlite", "write", "--config=/nowhere/at/all", "--catalog=/nowhere"])
        #expect(missing.exitCode == 1)
        #expect(missing.failure?["failure_type"] == "config_error")
        let catalog = try await ConnectorRun.run(
            ["destination-sqlite", "write"],
            files: [("config", ["destination_path": "/tmp/x/y"]), ("catalog", ["streams": [["stream": 1]]])])
        #expect(catalog.exitCode == 1)
        #expect(catalog.failure?["failure_type"] == "config_error")
        let check = try await ConnectorRun.run(["destination-sqlite", "check"], files: [("config", [1])])
        #expect(check.exitCode == 0)
        #expect(check.messages.first?["connectionStatus"]?["status"] == "FAILED")
        let relative = try await ConnectorRun.run(
            ["destination-sqlite", "check"], files: [("config", ["destination_path": "relative.db"])])
        #expect(relative.messages.first?["connectionStatus"]?["message"]?.stringValue?.contains("absolute") == true)
    }

    @Test func `an operation that a connector does not have is refused`() async throws {
        let run = try await ConnectorRun.run(
            ["destination-sqlite", "discover"], files: [("config", ["destination_path": "/tmp/x/y"])])
        #expect(run.exitCode == 1)
        #expect(run.failure?["message"] == "destination-sqlite cannot discover.")
    }
}
