import Airbyte
import HTTP
import JSON
import Model
import Store
import TestKit
import Testing

struct RefreshTests {
    private static func catalog(cursor: JSON = "at", mode: JSON = "append_dedup", schema: JSON = [:]) -> JSON {
        [
            "streams": [
                [
                    "stream": [
                        "name": "users", "jsonSchema": schema, "supportedSyncModes": ["full_refresh", "incremental"],
                        "sourceDefinedPrimaryKey": [["id"]],
                    ],
                    "config": [
                        "syncMode": "incremental", "destinationSyncMode": mode, "cursorField": [cursor],
                        "primaryKey": [["id"]], "selected": true,
                    ],
                ]
            ]
        ]
    }

    @Test func `a refresh is ordered by either interface and told in Airbyte's shape`() async throws {
        let api = try await TestAPI(supportsRefreshes: true)
        let id = try await api.makeConnection(["syncCatalog": Self.catalog()])
        let body: JSON = [
            "connectionId": .string(id), "refreshMode": "Truncate", "streams": [["streamName": "users"]],
        ]
        let started = try await api.post("connections/refresh", body)
        #expect(started.status == 200)
        #expect(started["job"]?["configType"] == "refresh")
        #expect(started["job"]?["refreshConfig"] == ["streamsToRefresh": [["name": "users"]]])
        #expect(started["job"]?["resetConfig"] == nil)
        #expect(try await api.post("connections/refresh", body).status == 409)
        let job: JSON = ["id": try #require(started["job"]?["id"])]
        _ = try await api.post("jobs/cancel", job)
        let listed = try await api.post("jobs/list", ["configTypes": ["refresh"], "configId": .string(id)])
        #expect(listed["totalJobCount"] == 1)
        let made = try await api.send(
            .post, "/api/public/v1/jobs", #"{"connectionId":"\#(id)","jobType":"refresh"}"#)
        #expect(made["jobType"] == "refresh")
        let found = try await api.send(.get, "/api/public/v1/jobs?jobType=refresh")
        #expect(found["data"]?.arrayValue?.count == 2)
        #expect(try await api.post("connections/refresh", ["connectionId": .string(id)]).status == 400)
        let odd: JSON = ["connectionId": .string(id), "refreshMode": "Sideways"]
        #expect(try await api.post("connections/refresh", odd).status == 422)
    }

    @Test func `a destination that cannot take a refresh is answered as Airbyte answers`() async throws {
        let api = try await TestAPI()
        let id = JSON.string(try await api.makeConnection(["syncCatalog": Self.catalog()]))
        let answer = try await api.post("connections/refresh", ["connectionId": id, "refreshMode": "Merge"])
        #expect(answer.status == 200)
        #expect(answer.json == [:])
    }

    @Test func `a change that asks for it is carried out at once, and else by the next job`() async throws {
        let api = try await TestAPI(supportsRefreshes: true)
        let id = try await api.makeConnection(["syncCatalog": Self.catalog()])
        let connection = try #require(ConnectionID(id))
        func update(_ catalog: JSON, skipReset: JSON? = nil) async throws {
            var body: JSON = ["connectionId": .string(id), "syncCatalog": catalog]
            body["skipReset"] = skipReset
            #expect(try await api.post("connections/update", body).status == 200)
        }
        func waiting() async throws -> (refreshes: Int, live: Bool) {
            try await api.database.read { session throws in
                (try session.pendingRefreshes(of: connection).count, try session.liveJob(of: connection) != nil)
            }
        }
        try await update(Self.catalog(schema: ["type": "object"]))
        #expect(try await waiting() == (0, false))
        try await update(Self.catalog(cursor: "b"), skipReset: true)
        #expect(try await waiting() == (0, false))
        try await update(Self.catalog(cursor: "c"))
        #expect(try await waiting() == (1, false))
        try await update(Self.catalog(cursor: "d"), skipReset: false)
        #expect(try await waiting() == (1, true))
        // A job under way goes on.
        try await update(Self.catalog(cursor: "e"), skipReset: false)
        #expect(try await waiting() == (1, true))
        #expect(try await api.post("connections/delete", ["connectionId": .string(id)]).status == 204)
        #expect(try await waiting() == (0, false))
    }

    @Test func `a failed attempt that committed something is a partial success, rejected records are none`()
        async throws
    {
        let api = try await TestAPI()
        let started = try await api.post(
            "connections/sync", ["connectionId": .string(try await api.makeConnection())])
        let id = Int64(try #require(started["job"]?["id"]?.intValue))
        let users = StreamDescriptor(name: "users")
        try await api.database.write { session throws in
            for (committed, rejected) in [(Int64(0), Int64(3)), (2, 0), (0, 0)] {
                let attempt = try session.insertAttempt(of: id, at: TestAPI.now)
                let stream = AttemptStats.Stream(
                    descriptor: users, recordsCommitted: committed, recordsRejected: rejected)
                try session.saveStats(
                    AttemptStats(streams: [stream]), of: id, attempt: attempt.number, at: TestAPI.now)
                try session.endAttempt(of: id, as: .failed, failures: [], at: TestAPI.now)
            }
        }
        let read = try await api.post("jobs/get_without_logs", ["id": .integer(id)])
        let partial = read["attempts"]?.arrayValue?.map { $0["attempt"]?["failureSummary"]?["partialSuccess"] }
        #expect(partial == [false, true, false])
    }
}
