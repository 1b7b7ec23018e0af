import JSON
import TestKit
import Testing

@Suite("What containers may take")
struct ResourceRequirementsTests {
    @Test func `a connection's requirements are kept, replaced as a whole, and emptied`() async throws {
        let api = try await TestAPI()
        let wish: JSON = ["cpu_limit": "500m", "memory_limit": "1Gi", "memory_request": "", "pids_limit": 64]
        let id = JSON.string(try await api.makeConnection(["resourceRequirements": wish]))
        #expect(try await api.post("connections/get", ["connectionId": id])["resourceRequirements"] == wish)
        let named = try await api.post("connections/update", ["connectionId": id, "name": "Other"])
        #expect(named["resourceRequirements"] == wish)
        let emptied = try await api.post("connections/update", ["connectionId": id, "resourceRequirements": [:]])
        #expect(emptied["resourceRequirements"] == nil)
    }

    @Test(arguments: [
        (#"{"memory_limit":"lots"}"#, "resourceRequirements: “lots” is no amount of memory"),
        (#"{"memory_limit":"1Ki"}"#, "too little memory"), (#"{"cpu_limit":"-1"}"#, "is no amount of processors"),
        (#"{"pids_limit":1}"#, "resourceRequirements.pids_limit must be a whole number from 16"),
        (#"{"cpu_limit":1}"#, "resourceRequirements.cpu_limit must be a string"),
    ])
    func `amounts that make no sense are refused in a sentence`(wish: String, sentence: String) async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection())
        let answer = try await api.post(
            "connections/update", ["connectionId": id, "resourceRequirements": try JSON.parse(wish)])
        #expect(answer.status == 422)
        #expect(try answer.text("message").contains(sentence), "\(answer.body)")
    }
}
