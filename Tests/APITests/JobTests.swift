import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store
import Sync
import TestKit
import Testing
import Time

struct JobTests {
    @Test func `a job that has not begun shows a running attempt`() async throws {
        let api = try await TestAPI()
        let id: JSON = ["connectionId": .string(try await api.makeConnection())]
        let started = try await api.post("connections/sync", id)
        #expect(started.status == 200)
        #expect(started["job"]?["configType"] == "sync")
        #expect(started["job"]?["configId"] == id["connectionId"])
        #expect(started["job"]?["status"] == "pending")
        #expect(started["job"]?["createdAt"] == .integer(TestAPI.now.seconds))
        #expect(started["attempts"]?[0]?["attempt"]?["status"] == "running")
        #expect(started["attempts"]?[0]?["attempt"]?["recordsSynced"] == 0)
        #expect(!started.holdsNull)
        let number = try #require(started["job"]?["id"]?.intValue)
        for path in ["jobs/get", "jobs/get_without_logs", "jobs/get_debug_info"] {
            let read = try await api.post(path, ["id": .integer(number)])
            #expect(read["attempts"]?[0]?["logs"]?["logLines"] == [], "\(path)")
            #expect(!read.holdsNull)
        }
        let light = try await api.send(.get, "/api/v1/jobs/\(number)/")
        #expect(light["job"]?["id"] == .integer(number))
        #expect(try await api.post("jobs/get_last_replication_job", id)["job"]?["id"] == .integer(number))
    }

    @Test func `a second sync is 409 in the words that clients look for`() async throws {
        let api = try await TestAPI()
        let id = try await api.makeConnection()
        _ = try await api.post("connections/sync", ["connectionId": .string(id)])
        let second = try await api.post("connections/sync", ["connectionId": .string(id)])
        #expect(second.status == 409)
        let message = try second.text("message")
        #expect(message.hasPrefix("A sync is already running for: \(id) (job "))
        let open = try await api.send(
            .post, "/api/public/v1/jobs", #"{"connectionId":"\#(id)","jobType":"sync"}"#)
        #expect(open.status == 409)
        #expect(open["title"] == "try-again-later")
    }

    @Test func `what happened to a job is listed for it alone`() async throws {
        let api = try await TestAPI()
        let text = try await api.makeConnection()
        let connection = try #require(ConnectionID(text))
        var jobs: [JSON] = []
        for (second, kind) in [ConnectionEvent.Kind.runSlow, .syncFailed].enumerated() {
            let started = try await api.post("connections/sync", ["connectionId": .string(text)])
            let job = try #require(started["job"]?["id"])
            let number = Int64(try #require(job.intValue))
            try await api.database.write { session in
                _ = try EventRecorder().record(
                    kind, of: connection, job: number, in: session, at: TestAPI.now + .seconds(second))
            }
            _ = try await api.post("jobs/cancel", ["id": job])
            jobs.append(job)
        }
        let all = try await api.post("connections/events/list", ["connectionId": .string(text)])
        for (job, place) in zip(jobs, [1, 0]) {
            let own = try await api.post("connections/events/list_for_job", ["id": job])
            #expect(own["events"] == .array([try #require(all["events"]?[place])]))
        }
        #expect(try await api.post("connections/events/list_for_job", ["id": 999]).status == 404)
    }

    @Test func `a stream is cleared under the operation's old name too`() async throws {
        let api = try await TestAPI()
        let started = try await api.post(
            "connections/reset/stream",
            ["connectionId": .string(try await api.makeConnection()), "streams": [["streamName": "users"]]])
        let read = try await api.post("jobs/get_light", ["id": try #require(started["job"]?["id"])])
        #expect(read["job"]?["configType"] == "reset_connection")
        #expect(read["job"]?["resetConfig"]?["streamsToReset"] == [["name": "users"]])
    }

    @Test func `a cancelled job says so, and cancelling it again changes nothing`() async throws {
        let api = try await TestAPI()
        let started = try await api.post(
            "connections/clear/stream",
            [
                "connectionId": .string(try await api.makeConnection()),
                "streams": [["streamName": "users", "streamNamespace": "shop"]],
            ])
        #expect(started["job"]?["configType"] == "reset_connection")
        #expect(started["job"]?["resetConfig"]?["streamsToReset"] == [["name": "users", "namespace": "shop"]])
        let id: JSON = ["id": try #require(started["job"]?["id"])]
        #expect(try await api.post("jobs/cancel", id)["job"]?["status"] == "cancelled")
        let again = try await api.post("jobs/cancel", id)
        #expect(again.status == 200)
        #expect(again["job"]?["status"] == "cancelled")
    }

    @Test func `an attempt is told with its counts, its failures and its log in both shapes`() async throws {
        let api = try await TestAPI()
        let started = try await api.post(
            "connections/sync", ["connectionId": .string(try await api.makeConnection())])
        let id = try #require(started["job"]?["id"]?.intValue)
        let users = StreamDescriptor(name: "users")
        let stats = AttemptStats(streams: [
            .init(descriptor: users, recordsEmitted: 10, bytesEmitted: 100, recordsCommitted: 6, bytesCommitted: 60)
        ])
        let reason = FailureReason(.source, .transient, "The line broke.", at: TestAPI.now)
        let log = """
            {"timestamp":1800000000123,"level":"WARN","message":"slow","logSource":"source"}
            no JSON

            """
        try await api.database.write { session in
            for _ in 0..<2 {
                let attempt = try session.insertAttempt(of: Int64(id), at: TestAPI.now)
                try session.saveStats(stats, of: Int64(id), attempt: attempt.number, at: TestAPI.now)
                try session.appendLog(
                    Array(log.utf8), of: Int64(id), attempt: attempt.number, chunk: 0, at: TestAPI.now)
                try session.endAttempt(of: Int64(id), as: .failed, failures: [reason], at: TestAPI.now)
            }
        }
        let read = try await api.post("jobs/get", ["id": .integer(id)])
        let attempts = try #require(read["attempts"]?.arrayValue)
        #expect(attempts.count == 2)
        let attempt = try #require(attempts.last?["attempt"])
        #expect(attempt["id"] == 1)
        #expect(attempt["recordsSynced"] == 6)
        #expect(attempt["totalStats"]?["recordsEmitted"] == 10)
        #expect(attempt["streamStats"]?[0]?["stats"]?["recordsCommitted"] == 6)
        #expect(attempt["failureSummary"]?["partialSuccess"] == true)
        #expect(attempt["failureSummary"]?["failures"]?[0]?["failureOrigin"] == "source")
        let logs = try #require(attempts.last?["logs"])
        #expect(attempts.last?["logType"] == "structured")
        #expect(
            logs["events"]?[0] == [
                "timestamp": 1_800_000_000_123, "level": "warn", "message": "slow", "logSource": "source",
            ])
        #expect(logs["events"]?[1]?["message"] == "no JSON")
        #expect(logs["logLines"]?[0] == "2027-01-15T08:00:00.123Z source > WARN slow")
        #expect(read["job"]?["aggregatedStats"]?["recordsCommitted"] == 12)
        #expect(!read.holdsNull)
        let bare = try await api.post("jobs/get_without_logs", ["id": .integer(id)])
        #expect(bare["attempts"]?[1]?["logs"]?["logLines"] == [])
    }

    @Test func `a list is filtered, paged and newest first`() async throws {
        let api = try await TestAPI()
        let connection = try await api.makeConnection()
        var ids: [JSON] = []
        for index in 0..<5 {
            let path = index == 2 ? "connections/reset" : "connections/sync"
            let id = try #require(try await api.post(path, ["connectionId": .string(connection)])["job"]?["id"])
            ids.insert(id, at: 0)
            if index < 4 { _ = try await api.post("jobs/cancel", ["id": id]) }
        }
        let all: JSON = ["configTypes": ["sync", "reset_connection"], "configId": .string(connection)]
        func list(_ more: JSONObject) async throws -> Answer {
            var body = all
            for (key, value) in more { body[key] = value }
            return try await api.post("jobs/list", body)
        }
        func shown(_ answer: Answer) -> [JSON] { answer["jobs"]?.arrayValue?.compactMap { $0["job"]?["id"] } ?? [] }
        #expect(shown(try await list([:])) == ids)
        #expect(shown(try await list(["orderByMethod": "ASC"])) == ids.reversed())
        let page = try await list(["pagination": ["pageSize": 2, "rowOffset": 1]])
        #expect(shown(page) == Array(ids[1...2]))
        #expect(page["totalJobCount"] == 5)
        // Prefect reads the last attempt of every job that has ended.
        #expect(page["jobs"]?[0]?["attempts"]?[0]?["status"] == "failed")
        #expect(shown(try await list(["pagination": ["pageSize": 2], "includingJobId": ids[3]])) == Array(ids[0...3]))
        #expect(shown(try await list(["configTypes": ["clear"]])) == [ids[2]])
        #expect(shown(try await list(["statuses": ["pending"]])) == [ids[0]])
        #expect(shown(try await list(["statuses": ["queued"]])) == [])
        #expect(shown(try await list(["configTypes": ["get_spec"]])) == [])
        #expect(shown(try await list(["createdAtStart": "2100-01-01T00:00:00Z"])) == [])
        #expect(shown(try await list(["createdAtEnd": "2100-01-01T00:00:00Z"])) == ids)
        #expect(try await list(["configTypes": []]).status == 400)
        #expect(try await list(["pagination": ["pageSize": 0]]).status == 400)
        #expect(try await list(["configTypes": ["dance"]]).status == 422)
    }

    /// With many pieces before them the newest are found in another way.
    @Test(arguments: Dialect.Engine.allCases, [0, 20])
    func `the end of a long log is read in whole lines`(engine: Dialect.Engine, older: Int) async throws {
        let api = try await TestAPI(engine)
        let started = try await api.post(
            "connections/sync", ["connectionId": .string(try await api.makeConnection())])
        let id = Int64(try #require(started["job"]?["id"]?.intValue))
        let before = String(repeating: "zero\n", count: older)
        let pieces = Array(repeating: "zero\n", count: older) + ["one\ntwo\n", "three\n", "four\nfive\n"]
        try await api.database.write { session in
            _ = try session.insertAttempt(of: id, at: TestAPI.now)
            for (chunk, piece) in pieces.enumerated() {
                try session.appendLog(Array(piece.utf8), of: id, attempt: 0, chunk: chunk, at: TestAPI.now)
            }
        }
        func tail(_ limit: Int) async throws -> (String, Bool) {
            let tail = try #require(
                try await api.database.read { try $0.logTails(of: id, attempt: 0, limit: limit)[0] })
            return (String(decoding: tail.lines, as: UTF8.self), tail.isCut)
        }
        #expect(try await tail(1000) == (before + "one\ntwo\nthree\nfour\nfive\n", false))
        #expect(try await tail(17) == ("three\nfour\nfive\n", true))
        #expect(try await tail(9) == ("five\n", true))
        #expect(try await tail(0) == ("", true))
        try await api.database.write { session in
            _ = try session.endAttempt(of: id, as: .failed, failures: [], at: TestAPI.now)
            let second = try session.insertAttempt(of: id, at: TestAPI.now)
            try session.appendLog(Array("six\n".utf8), of: id, attempt: second.number, chunk: 0, at: TestAPI.now)
        }
        let both = try await api.database.read { try $0.logTails(of: id, limit: 15) }
        #expect(both[1]?.lines == Array("six\n".utf8) && both[1]?.isCut == false)
        #expect(both[0]?.lines == Array("four\nfive\n".utf8) && both[0]?.isCut == true)
        let shown = try await api.post("jobs/get", ["id": .integer(Int(id))])
        #expect(shown["attempts"]?.arrayValue?.map { $0["logs"]?["events"]?.arrayValue?.count } == [older + 5, 1])
        let list = try await api.post("jobs/list", ["configTypes": ["sync"], "updatedAtEnd": "2100-01-01T00:00:00Z"])
        #expect(list["totalJobCount"] == 1)
    }
}
