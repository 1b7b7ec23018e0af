import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store
import TestKit
import Testing

@Suite("protocol.md 2.4: the state of a connection, written and put back by clients")
struct StateTests {
    private static func stream(_ name: String, _ state: JSON) -> JSON {
        ["streamDescriptor": ["name": .string(name), "namespace": "shop"], "streamState": state]
    }

    private static func wire(_ id: String, _ streams: [JSON]) -> JSON {
        [
            "connectionId": .string(id),
            "connectionState": [
                "connectionId": .string(id), "stateType": "stream", "streamState": .array(streams),
            ],
        ]
    }

    private static func states(_ id: String) -> String { "/api/swiftlet/connections/\(id)/states" }

    @Test(arguments: Dialect.Engine.allCases)
    func `what a client writes replaces everything and is what the next sync starts from`(
        _ engine: Dialect.Engine
    ) async throws {
        let api = try await TestAPI(engine)
        let id = try await api.makeConnection()
        let name: JSON = ["connectionId": .string(id)]
        #expect(try await api.post("state/get", name)["stateType"] == "not_set")
        let users = Self.stream("users", ["cursor": 7])
        let orders = Self.stream("orders", ["cursor": 8])
        _ = try await api.post("state/create_or_update", Self.wire(id, [users]))
        let written = try await api.post("state/create_or_update_safe", Self.wire(id, [orders]))
        #expect(written.status == 200)
        #expect(written["streamState"] == [orders])
        #expect(try await api.post("state/get", name)["streamState"] == [orders])
        #expect(try await api.post("web_backend/state/get_type", name).json == "stream")
        let connection = try #require(ConnectionID(id))
        let stored = try await api.database.read { try $0.state(of: connection) }
        #expect(
            stored
                == .stream([
                    StreamState(
                        descriptor: StreamDescriptor(name: "orders", namespace: "shop"), state: ["cursor": 8])
                ]))
    }

    @Test(arguments: ["shared_state", "sharedState"])
    func `a global state is taken in both spellings that clients use`(_ spelling: String) async throws {
        let api = try await TestAPI()
        let id = try await api.makeConnection()
        let users = Self.stream("users", ["lsn": 1])
        let state: JSON = [
            "stateType": "global", "globalState": [spelling: ["lsn": 9], "streamStates": [users]] as JSON,
        ]
        let answer = try await api.post(
            "state/create_or_update_safe", ["connectionId": .string(id), "connectionState": state])
        #expect(answer["globalState"]?["shared_state"] == ["lsn": 9])
        #expect(answer["globalState"]?["streamStates"] == [users])
    }

    @Test(.proves("2.4-api")) func `the safe way answers 423 while a sync is under way, and the plain one does not`()
        async throws
    {
        let api = try await TestAPI()
        let id = try await api.makeConnection()
        _ = try await api.post("connections/sync", ["connectionId": .string(id)])
        let body = Self.wire(id, [Self.stream("users", ["cursor": 1])])
        let refused = try await api.post("state/create_or_update_safe", body)
        #expect(refused.status == 423)
        #expect(try await api.post("state/get", ["connectionId": .string(id)])["stateType"] == "not_set")
        #expect(try await api.post("state/create_or_update", body).status == 200)
    }

    @Test func `a state that makes no sense is refused with a sentence and changes nothing`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeConnection()
        let users = Self.stream("users", ["cursor": 1])
        let twice = try await api.post("state/create_or_update", Self.wire(id, [users, users]))
        #expect(twice.status == 422)
        #expect(try twice.text("message").contains("names a stream twice"))
        for kind in ["sideways", "global"] {
            let body: JSON = ["connectionId": .string(id), "connectionState": ["stateType": .string(kind)]]
            #expect(try await [400, 422].contains(api.post("state/create_or_update", body).status))
        }
        #expect(try await api.post("state/get", ["connectionId": .string(id)])["stateType"] == "not_set")
    }

    @Test(.proves("2.4-history"), arguments: Dialect.Engine.allCases)
    func `an older state is listed, read and put back, and that too is recorded`(_ engine: Dialect.Engine) async throws
    {
        let api = try await TestAPI(engine)
        let id = try await api.makeConnection()
        for cursor: Int in [1, 2, 2] {
            _ = try await api.post(
                "state/create_or_update", Self.wire(id, [Self.stream("users", ["cursor": .integer(cursor)])]))
        }
        let list = try await api.send(.get, Self.states(id))
        #expect(list["data"]?.arrayValue?.map { $0["version"] } == [2, 1])
        #expect(list["data"]?.arrayValue?.map { $0["cause"] } == ["replaced", "replaced"])
        let first = try await api.send(.get, Self.states(id) + "/1")
        #expect(first["streamState"] == [Self.stream("users", ["cursor": 1])])
        let restored = try await api.send(.post, Self.states(id) + "/1/restore")
        #expect(restored["streamState"] == [Self.stream("users", ["cursor": 1])])
        #expect(try await api.send(.get, Self.states(id))["data"]?[0]?["cause"] == "restored")
        #expect(try await api.send(.get, Self.states(id) + "/99").status == 404)
    }

    @Test func `single streams are put back and the others stay`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeConnection()
        let (users, orders) = (Self.stream("users", ["cursor": 1]), Self.stream("orders", ["cursor": 1]))
        let later = Self.stream("orders", ["cursor": 5])
        _ = try await api.post("state/create_or_update", Self.wire(id, [orders, users]))
        _ = try await api.post(
            "state/create_or_update", Self.wire(id, [later, Self.stream("users", ["cursor": 5])]))
        let restored = try await api.send(
            .post, Self.states(id) + "/1/restore",
            #"{"streams":[{"streamName":"users","streamNamespace":"shop"}]}"#)
        #expect(restored["streamState"] == [later, users])
    }

    @Test func `only the newest fifty versions are kept`() async throws {
        let api = try await TestAPI()
        let id = try #require(ConnectionID(try await api.makeConnection()))
        try await api.database.write { session in
            for cursor in 1...60 {
                let state = StreamState(
                    descriptor: StreamDescriptor(name: "users"), state: ["cursor": .integer(cursor)])
                try session.replaceState(of: id, by: .stream([state]), cause: .replaced, at: TestAPI.now)
            }
        }
        let numbers = try await api.database.read { try $0.stateVersions(of: id).map(\.number) }
        #expect(numbers == (11...60).reversed())
    }
}
