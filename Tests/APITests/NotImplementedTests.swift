import API
import HTTP
import JSON
import Testing

struct NotImplementedTests {
    @Test func `what Airbyte has and Swiftlet has not answers 501 with Airbyte's problem on both interfaces`()
        async throws
    {
        let api = try await TestAPI()
        let missing = api.router.routes.filter { api.contracts[$0.operation]?.isImplemented == false }
        #expect(missing.contains { $0.path.hasPrefix("/api/v1/") })
        #expect(missing.contains { $0.path.hasPrefix("/api/public/v1/") })
        for route in missing {
            let path = route.path.split(separator: "/").map { $0.hasPrefix("{") ? "x" : String($0) }
            let answer = try await api.send(route.method, "/" + path.joined(separator: "/"))
            #expect(answer.status == 501, "\(route.path)")
            #expect(answer["status"] == 501)
            #expect(answer["type"] == "error:implementation/not-implemented-in-oss")
            #expect(answer["title"] == "not-implemented-in-oss")
            #expect(answer["detail"]?.stringValue?.contains(route.operation) == true)
            #expect(answer.headers["Content-Type"] == "application/json")
        }
    }
}
