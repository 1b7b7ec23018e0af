import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store
import TestKit
import Testing

@Suite("protocol.md 2.14: what an answer tells of an attempt")
struct AttemptStatsTests {
    private let users = StreamDescriptor(name: "users")

    private func job(_ api: TestAPI, _ stats: AttemptStats) async throws -> Int64 {
        let started = try await api.post(
            "connections/sync", ["connectionId": .string(try await api.makeConnection())])
        let id = Int64(try #require(started["job"]?["id"]?.intValue))
        try await api.database.write { session in
            _ = try session.insertAttempt(of: id, at: TestAPI.now)
            try session.saveStats(stats, of: id, attempt: 0, at: TestAPI.now)
        }
        return id
    }

    @Test func `counts, estimates, waits and warnings are told under their names`() async throws {
        let api = try await TestAPI()
        var times = AttemptTimes()
        times.replicationStart = 1_800_000_000_000
        times.longestStateGap = 2600
        let counts = StreamCounts(
            recordsEmitted: 9, bytesEmitted: 90, recordsCommitted: 4, bytesCommitted: 40, recordsFilteredOut: 3,
            bytesFilteredOut: 30, recordsRejected: 2, bytesRejected: 20)
        let stats = AttemptStats(
            streams: [.init(descriptor: users, counts: counts, estimatedRecords: 12, additional: ["odd": 0.5])],
            sourceStates: 3, destinationStates: 2, estimatedRecords: 12, additional: ["odd": 0.5], times: times,
            warnings: [AttemptWarning(.noStreamStatuses, "None came.", stream: users)])
        let id = try await job(api, stats)
        let read = try await api.post("jobs/get_without_logs", ["id": .integer(id)])
        let attempt = try #require(read["attempts"]?[0]?["attempt"])
        let totals = try #require(attempt["totalStats"])
        #expect(totals["recordsFilteredOut"] == 3 && totals["bytesFilteredOut"] == 30)
        #expect(totals["recordsRejected"] == 2 && totals["estimatedRecords"] == 12)
        #expect(totals["stateMessagesEmitted"] == 3 && totals["destinationStateMessagesEmitted"] == 2)
        #expect(totals["additionalStats"] == ["odd": 0.5])
        #expect(totals["replicationStartTime"] == 1_800_000_000_000)
        #expect(totals["maxSecondsBeforeSourceStateMessageEmitted"] == 3)
        #expect(totals["meanSecondsBeforeSourceStateMessageEmitted"] == nil)
        let stream = try #require(attempt["streamStats"]?[0]?["stats"])
        #expect(stream["recordsFilteredOut"] == 3 && stream["estimatedRecords"] == 12)
        #expect(
            attempt["warnings"] == [
                ["code": "no_stream_statuses", "message": "None came.", "stream": ["name": "users"]]
            ])
        #expect(read["job"]?["aggregatedStats"]?["recordsFilteredOut"] == 3)
        #expect(!read.holdsNull)
    }

    @Test func `rejected records can be fetched as lines`() async throws {
        let api = try await TestAPI()
        let id = try await job(api, AttemptStats())
        let lines = #"{"stream":"users","reason":"odd","data":{"id":1}}"# + "\n"
        try await api.database.write { session in
            try session.appendRejects(Array(lines.utf8), of: id, attempt: 0, chunk: 0, at: TestAPI.now)
        }
        let path = "/api/swiftlet/jobs/\(id)/attempts"
        let answer = try await api.send(.get, "\(path)/0/rejected")
        #expect(answer.status == 200)
        #expect(answer["data"] == ["id": 1])
        #expect(try await api.send(.get, "\(path)/1/rejected").status == 404)
        #expect(try await api.send(.get, "\(path)/x/rejected").status == 400)
        #expect(try await api.send(.get, "/api/swiftlet/jobs/999999/attempts/0/rejected").status == 404)
    }
}
