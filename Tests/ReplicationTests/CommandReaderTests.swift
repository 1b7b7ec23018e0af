import Airbyte
import JSON
import Posix
import Replication
import TestKit
import Testing

@Suite("Reading the answer to a command")
struct CommandReaderTests {
    private func outcome(
        _ command: CommandPlan.Command, _ lines: [String], exit: ChildExit = .exited(0), timedOut: Bool = false,
        tail: String = "", role: ConnectorRole = .source
    ) -> CommandOutcome {
        let plan = CommandPlan(command, role: role, image: "exec:x:1", secrets: ["canary"])
        var reader = CommandReader(plan, redactor: Redactor(plan.secrets), clock: FixedClock())
        for line in lines { reader.take(Array(line.utf8)) }
        return reader.outcome(exit: exit, timedOut: timedOut, errorTail: Array(tail.utf8))
    }

    private let succeeded = #"{"type":"CONNECTION_STATUS","connectionStatus":{"status":"SUCCEEDED"}}"#
    private let failed = #"{"type":"CONNECTION_STATUS","connectionStatus":{"status":"FAILED","message":"no canary"}}"#
    private let trace =
        #"{"type":"TRACE","trace":{"type":"ERROR","emitted_at":1,"error":{"message":"bad","failure_type":"config_error"}}}"#

    @Test(.proves("1.15-check")) func `a check's message is the answer, whatever the exit code`() {
        let good = outcome(.check, [succeeded, failed], exit: .exited(1))
        #expect(good.status?.outcome == .succeeded && good.failure == nil)
        let bad = outcome(.check, [failed, trace])
        #expect(bad.status?.outcome == .failed && bad.failure == nil)
        #expect(bad.status?.message == "no **********")
    }

    @Test(.proves("1.15-no-answer"))
    func `a check that exits without a word is a platform error, with a code a failed check`() {
        let silent = outcome(.check, ["hello"])
        #expect(silent.status == nil)
        #expect(silent.failure?.origin == .platform)
        let crashed = outcome(.check, [], exit: .exited(5), tail: "Traceback canary")
        #expect(crashed.status?.message == "The connector running check exited with 5 exit code")
        #expect(crashed.failure?.kind == .system)
        #expect(crashed.failure?.externalMessage.contains("Traceback **********") == true)
        let named = outcome(.check, [trace], exit: .exited(1))
        #expect(named.failure?.kind == .config)
        #expect(named.failure?.origin == .source)
        #expect(named.status?.message == "bad")
    }

    @Test func `a connector that hangs is said to have hung`() {
        let hung = outcome(.discover, ["Loading"], exit: .signalled(9), timedOut: true)
        #expect(hung.catalog == nil)
        #expect(hung.failure?.externalMessage.contains("did not answer within 540 seconds") == true)
        #expect(outcome(.check, [succeeded], exit: .signalled(9), timedOut: true).failure == nil)
    }

    @Test(.proves("1.8-spec", "1.9-catalog")) func `a catalog and a spec are found among garbage and other messages`() {
        let catalog = outcome(
            .discover,
            [
                "{", "Loading", succeeded,
                #"{"type":"CATALOG","catalog":{"streams":[{"name":"a","json_schema":{}}]}}"#,
            ])
        #expect(catalog.catalog?.streams.map(\.name) == ["a"])
        #expect(catalog.status == nil)
        #expect(catalog.logs.map(\.message) == ["{", "Loading"])
        let spec = outcome(.spec, [#"{"type":"SPEC","spec":{"connectionSpecification":{"x":1},"news":true}}"#])
        #expect(spec.spec?["news"] == true)
    }

    @Test(.proves("1.9-destination-catalog"))
    func `what a source or a destination discovers is its own kind of catalog`() {
        let streams = #"{"type":"CATALOG","catalog":{"streams":[]}}"#
        let objects =
            #"{"type":"DESTINATION_CATALOG","destination_catalog":{"operations":[{"object_name":"Lead","sync_mode":"update","json_schema":{},"matching_keys":[["id"]]},{"object_name":"Note","sync_mode":"append","json_schema":{}}]}}"#
        let destination = outcome(.discover, [streams, objects], role: .destination)
        #expect(destination.catalog == nil && destination.failure == nil)
        let found = destination.destinationCatalog?.operations
        #expect(found?.map(\.objectName) == ["Lead", "Note"])
        #expect(found?.map(\.syncMode) == [.update, .append])
        #expect(found?.map(\.matchingKeys) == [[["id"]], []])
        #expect(outcome(.discover, [objects]).failure != nil)
        #expect(outcome(.discover, [streams], role: .destination).failure != nil)
    }

    @Test func `the last configuration to keep is kept`() {
        func control(_ token: String) -> String {
            #"{"type":"CONTROL","control":{"type":"CONNECTOR_CONFIG","connectorConfig":{"config":{"t":"\#(token)"}}}}"#
        }
        #expect(outcome(.check, [control("1"), succeeded, control("2")]).control == ["t": "2"])
    }
}
