import Airbyte
import ConnectorKit
import JSON
import Posix
import Testing

/// The connectors that `docs/building-a-connector.md` builds, as a program.
@Suite("The example of a connector", .timeLimit(.minutes(5)))
struct ExampleConnectorTests {
    @Test func `every piece of code on the page is in the program`() throws {
        let folder = "Tests/Fixtures/ExampleConnector"
        let code = try Directory.entries("\(Checkout.path)/\(folder)").map { try Checkout.text("\(folder)/\($0)") }
        let page = try Checkout.text("docs/building-a-connector.md")
        let pieces = page.split(separator: "```swift\n").dropFirst().compactMap { $0.split(separator: "```").first }
        #expect(pieces.count > 5)
        for piece in pieces { #expect(code.contains { $0.contains(piece) }, "\(piece)") }
    }

    @Test func `its source reads, and goes on behind any of its states`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Array((1...25).map { "line \($0)\n" }.joined().utf8), to: "a.txt")
        try folder.write(Array("é \"quoted\"\nlast".utf8), to: "b.txt")
        try folder.write([], to: "c.pdf")
        let configuration: JSON = ["folder": .string(folder.path), "lines_per_state": 10]
        let spec = try await run("source-lines", "spec").messages.first?["spec"]?["connectionSpecification"]
        #expect(spec?["required"] == ["folder"])
        let check = try await run("source-lines", "check", ["config": configuration])
        #expect(check.messages.first?["connectionStatus"]?["status"] == "SUCCEEDED")
        let missing = try await run("source-lines", "check", ["config": ["folder": "/nowhere/at/all"]])
        #expect(missing.messages.first?["connectionStatus"]?["status"] == "FAILED")
        let discovered = try await run("source-lines", "discover", ["config": configuration])
        let catalog: AirbyteCatalog = try #require(try discovered.messages.first?["catalog"]?.decode())
        #expect(catalog.streams.map(\.name) == ["a.txt", "b.txt"])
        let configured = try JSON.encode(
            ConfiguredCatalog(
                streams: catalog.streams.map {
                    ConfiguredStream(stream: $0, syncMode: .incremental, destinationSyncMode: .append)
                }))
        let whole = try await run("source-lines", "read", ["config": configuration, "catalog": configured])
        #expect(whole.exitCode == 0)
        #expect(whole.records.count == 27)
        #expect(whole.records.last == ["line": 2, "text": "last"])
        #expect(whole.statuses == ["STARTED", "RUNNING", "COMPLETE", "STARTED", "RUNNING", "COMPLETE"])
        let states = whole.states
        #expect(states.compactMap { $0["stream"]?["stream_state"]?["line"] } == [10, 20, 25, 2])
        let rest = try await run(
            "source-lines", "read", ["config": configuration, "catalog": configured, "state": [states[1], states[3]]])
        #expect(rest.records.compactMap { $0["line"]?.intValue } == Array(21...25))
    }

    @Test func `its destination writes, and echoes states`() async throws {
        let folder = try TemporaryFolder()
        let files: [String: JSON] = [
            "config": ["folder": .string("\(folder.path)/out")],
            "catalog": try JSON.encode(ConfiguredCatalog(streams: [.test("users")])),
        ]
        let state = Messages.state("users", 1)
        for _ in 0..<2 {
            let run = try await run(
                "destination-lines", "write", files, input: [Messages.record("users", #"{"id":1}"#), state])
            #expect(run.exitCode == 0)
            #expect(run.output == [state])
        }
        #expect(try folder.read("out/users.jsonl") == "{\"id\":1}\n{\"id\":1}\n")
    }

    private func run(
        _ connector: String, _ operation: String, _ files: [String: JSON] = [:], input: [String] = []
    ) async throws -> ConnectorRun {
        try await Thread.value {
            let folder = try TemporaryFolder()
            var arguments = [connector, operation]
            for (flag, json) in files {
                try folder.write(json.bytes, to: flag)
                arguments += ["--\(flag)", "\(folder.path)/\(flag)"]
            }
            let (stdin, stdout) = (try Pipe(), try Pipe())
            var request = ChildRequest("\(Program.directory)/ExampleConnector", arguments, environment: [:])
            request.descriptors = [stdin.reader, stdout.writer, nil]
            let child = try Child.spawn(request)
            stdin.reader.close()
            stdout.writer.close()
            try stdin.writer.write(input.map { $0 + "\n" }.joined())
            stdin.writer.close()
            let output = try stdout.reader.readAll(limit: 1 << 24)
            guard case .exited(let code) = child.wait() else { throw ConnectorError(.system, "the example crashed") }
            return ConnectorRun(
                exitCode: CInt(code),
                output: String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init), errors: "")
        }
    }
}
