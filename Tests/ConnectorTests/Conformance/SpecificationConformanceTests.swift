import Airbyte
import ConnectorKit
import JSON
import Testing

@Suite("Every connector", .timeLimit(.minutes(1)))
struct SpecificationConformanceTests {
    @Test(arguments: ConnectorRun.connectors.map { $0.name })
    func `a specification is one message that a platform can make a form of`(name: String) async throws {
        let run = try await ConnectorRun.run([name, "spec"])
        #expect(run.exitCode == 0)
        #expect(run.output.count == 1)
        #expect(run.messages.first?["type"] == "SPEC")
        let spec = try #require(run.messages.first?["spec"])
        #expect(ConnectorSpecification(json: spec).json["connectionSpecification"] == spec["connectionSpecification"])
        #expect(spec["documentationUrl"]?.stringValue?.hasPrefix("https://") == true)
        let schema = try #require(spec["connectionSpecification"])
        #expect(schema["type"] == "object")
        // Typed clients send members that a connector does not know.
        #expect(schema["additionalProperties"] == true)
        #expect(Conformance.faults(ofOptions: schema) == [])
    }

    @Test(arguments: ConnectorRun.connectors.map { $0.name })
    func `a check always ends with a status, whatever it is handed`(name: String) async throws {
        for configuration in [[:], [], "text", ["destination_path": 5, "database_path": [], "host": [:]]] as [JSON] {
            let run = try await ConnectorRun.run([name, "check"], files: [("config", configuration)])
            #expect(run.exitCode == 0)
            let statuses = run.messages.compactMap { $0["connectionStatus"] }
            #expect(statuses.count == 1)
            if statuses.first?["status"] != "SUCCEEDED" {
                #expect(statuses.first?["message"]?.stringValue?.isEmpty == false)
            }
        }
    }
}
