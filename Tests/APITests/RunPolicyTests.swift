import JSON
import Model
import Store
import TestKit
import Testing

struct RunPolicyTests {
    private static let policy: JSON = [
        "retry": ["maxSuccessiveCompleteFailures": 2, "backoffMinSeconds": 1, "backoffMaxSeconds": 60],
        "maxRunSeconds": 3600, "slowRunWarningSeconds": 600,
    ]

    @Test func `a connection's run policy is kept, replaced as a whole, and emptied`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection(["runPolicy": Self.policy]))
        #expect(try await api.post("connections/get", ["connectionId": id])["runPolicy"] == Self.policy)
        let named = try await api.post("connections/update", ["connectionId": id, "name": "Other"])
        #expect(named["runPolicy"] == Self.policy)
        let shorter: JSON = ["maxRunSeconds": 60]
        let replaced = try await api.post("connections/update", ["connectionId": id, "runPolicy": shorter])
        #expect(replaced["runPolicy"] == shorter)
        let emptied = try await api.post("connections/update", ["connectionId": id, "runPolicy": [:]])
        #expect(emptied.status == 200)
        #expect(emptied["runPolicy"] == nil)
        #expect(!emptied.holdsNull)
    }

    @Test(arguments: [
        (#"{"maxRunSecond":1}"#, "runPolicy.maxRunSecond is not known here"),
        (#"{"retry":{"limit":1}}"#, "runPolicy.retry.limit is not known here"),
        (#"{"maxRunSeconds":0}"#, "runPolicy.maxRunSeconds must be a whole number from 1 to 2592000."),
        (#"{"maxRunSeconds":2592001}"#, "from 1 to 2592000."),
        (#"{"slowRunWarningSeconds":1.5}"#, "runPolicy.slowRunWarningSeconds must be a whole number."),
        (#"{"retry":{"backoffBase":0}}"#, "runPolicy.retry.backoffBase must be a whole number from 1 to 100."),
        (#"{"retry":{"backoffMinSeconds":9,"backoffMaxSeconds":3}}"#, "must not be greater than backoffMaxSeconds."),
        (#"{"retry":[]}"#, "runPolicy.retry must be an object."), (#"[]"#, "runPolicy must be an object."),
    ])
    func `a run policy that makes no sense is refused in a sentence`(policy: String, sentence: String) async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection())
        let body: JSON = ["connectionId": id, "runPolicy": try JSON.parse(policy)]
        let answer = try await api.post("connections/update", body)
        #expect(answer.status == 422)
        #expect(try answer.text("message").contains(sentence), "\(answer.body)")
        #expect(try await api.post("connections/get", ["connectionId": id])["runPolicy"] == nil)
    }

    @Test func `why a connection was switched off is told until it is switched on`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeConnection()
        let connection = try #require(ConnectionID(id))
        try await api.database.write { try $0.disable(connection, because: "TOO_MANY", at: TestAPI.now) }
        let off = try await api.post("connections/get", ["connectionId": .string(id)])
        #expect(off["status"] == "inactive")
        #expect(off["statusReason"] == "TOO_MANY")
        let on = try await api.post("connections/update", ["connectionId": .string(id), "status": "active"])
        #expect(on["status"] == "active")
        #expect(on["statusReason"] == nil)
    }
}
