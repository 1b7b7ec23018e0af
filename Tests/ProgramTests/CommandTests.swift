import JSON
import Posix
import TestKit
import Testing

extension Programs {
    /// Calls of connectors that clients come back for.
    struct CommandTests {
        @Test func `a command is carried out by a worker and outlives the server that took it`() async throws {
            let installation = try Installation()
            let (first, api) = try await installation.up()
            let source = try ShiftingSource(
                in: installation.directory, [ShiftingSource.stream("users", ["name"], records: 1)])
            let actor = try await api.source("exec:source-shifting", source.configuration)
            for command in ["check", "discover"] {
                _ = try await api.ask("commands/run/\(command)", ["id": .string(command), "actor_id": actor])
                try await eventually {
                    try await api.ask("commands/status", ["id": .string(command)])["status"] == "completed"
                }
            }
            #expect(await first.stop() == .exited(0))
            let (second, later) = try await installation.up()
            let check = try await later.ask("commands/output/check", ["id": "check", "with_logs": true])
            #expect(check["status"] == "succeeded")
            #expect(check["logs"]?["logLines"]?.arrayValue != nil)
            let found = try await later.ask("commands/output/discover", ["id": "discover"])
            #expect(found["catalog"]?["streams"]?[0]?["stream"]?["name"] == "users")
            #expect(found["catalogId"]?.stringValue != nil)
            #expect(await second.stop() == .exited(0))
        }
    }
}
