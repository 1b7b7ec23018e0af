import Airbyte
import HTTP
import JSON
import Model
import Store
import TestKit
import Testing
import Time

struct ConnectionProgressTests {
    private let films = StreamDescriptor(name: "films")

    /// A job with one attempt that has moved something.
    private func job(
        _ api: TestAPI, _ connection: JSON, _ path: String = "connections/sync", ends status: Job.Status?,
        failure kind: FailureReason.Kind = .transient
    ) async throws -> Int64 {
        let started = try await api.post(path, ["connectionId": connection])
        let id = Int64(try #require(started["job"]?["id"]?.intValue))
        let films = films
        try await api.database.write { session in
            try session.setStatus(.running, of: id, at: TestAPI.now)
            let attempt = try session.insertAttempt(of: id, at: TestAPI.now)
            let stats = AttemptStats(streams: [
                .init(
                    descriptor: films, recordsEmitted: 10, bytesEmitted: 100, recordsCommitted: 6, bytesCommitted: 60,
                    status: status == .succeeded ? "complete" : "running")
            ])
            try session.saveStats(stats, of: id, attempt: attempt.number, at: TestAPI.now)
            guard let status else { return }
            let isDone = status == .succeeded
            try session.endAttempt(
                of: id, as: isDone ? .succeeded : .failed,
                failures: isDone ? [] : [FailureReason(.source, kind, "It broke.", at: TestAPI.now)], at: TestAPI.now)
            try session.setStatus(status, of: id, at: TestAPI.now)
        }
        return id
    }

    private func connection(_ api: TestAPI, _ status: JSON = "active") async throws -> JSON {
        .string(try await api.makeConnection(["syncCatalog": OfferedStreams.wire(["id", "at"]), "status": status]))
    }

    private func status(_ api: TestAPI, _ connection: JSON) async throws -> JSON {
        let answer = try await api.post("connections/status", ["connectionIds": [connection]])
        #expect(!answer.holdsNull)
        return answer.json[0] ?? .null
    }

    @Test func `how a connection stands follows from its newest job`() async throws {
        let api = try await TestAPI()
        let id = try await connection(api)
        #expect(try await status(api, id)["connectionSyncStatus"] == "pending")
        _ = try await job(api, id, ends: .failed)
        let failed = try await status(api, id)
        #expect(failed["connectionSyncStatus"] == "incomplete")
        #expect(failed["failureReason"]?["externalMessage"] == "It broke.")
        _ = try await job(api, id, ends: .failed, failure: .config)
        #expect(try await status(api, id)["connectionSyncStatus"] == "failed")
        let good = try await job(api, id, ends: .succeeded)
        let synced = try await status(api, id)
        #expect(synced["connectionSyncStatus"] == "synced")
        #expect(synced["lastSuccessfulSync"] == .integer(TestAPI.now.seconds))
        #expect(synced["lastSyncJobId"] == .integer(good) && synced["lastSyncAttemptNumber"] == 0)
        _ = try await job(api, id, ends: .cancelled)
        #expect(try await status(api, id)["connectionSyncStatus"] == "incomplete")
        _ = try await job(api, id, "connections/clear", ends: .succeeded)
        #expect(try await status(api, id)["connectionSyncStatus"] == "pending")
        let running = try await job(api, id, ends: nil)
        let active = try await status(api, id)
        #expect(active["connectionSyncStatus"] == "running")
        #expect(active["activeJob"]?["id"] == .integer(running))
        #expect(try await status(api, connection(api, "inactive"))["connectionSyncStatus"] == "paused")
        let broken = try await connection(api)
        _ = try await api.post("connections/update", ["connectionId": broken, "breakingChange": true])
        #expect(try await status(api, broken)["connectionSyncStatus"] == "failed")
        let unknown = try await api.post(
            "connections/status", ["connectionIds": [.string(ConnectionID().description)]])
        #expect(unknown.status == 404)
    }

    @Test func `what a job under way has moved can be followed`() async throws {
        let api = try await TestAPI()
        let id = try await connection(api)
        let idle = try await api.post("connections/sync_progress", ["connectionId": id])
        #expect(idle.json == ["connectionId": id, "streams": []])
        let job = try await job(api, id, ends: nil)
        let read = try await api.post("connections/sync_progress", ["connectionId": id])
        #expect(read["jobId"] == .integer(job) && read["configType"] == "sync")
        #expect(read["recordsEmitted"] == 10 && read["recordsCommitted"] == 6)
        #expect(read["streams"]?[0]?["streamName"] == "films" && read["streams"]?[0]?["bytesEmitted"] == 100)
    }

    @Test func `the past is told by job, by stream and by day`() async throws {
        let api = try await TestAPI()
        let id = try await connection(api)
        let first = try await job(api, id, ends: .failed)
        let second = try await job(api, id, ends: .succeeded)
        for path in ["connections/history/uptime", "connections/history/data"] {
            let history = try await api.post(path, ["connectionId": id, "numberOfJobs": 5])
            #expect(history.json.arrayValue?.compactMap { $0["jobId"] } == [.integer(first), .integer(second)])
            #expect(history.json[0]?["streamStatuses"]?[0]?["status"] == "failed")
            #expect(history.json[1]?["streamStatuses"]?[0]?["status"] == "succeeded")
            #expect(history.json[1]?["recordsCommitted"] == 6)
        }
        let newest = try await api.post("connections/history/data", ["connectionId": id, "numberOfJobs": 1])
        #expect(newest.json[0]?["jobId"] == .integer(second))
        let odd = try await api.post("connections/history/data", ["connectionId": id, "numberOfJobs": 0])
        #expect(odd.status == 400)
        let last = try await api.post("connections/last_job_per_stream", ["connectionId": id])
        #expect(last.json[0]?["streamName"] == "films" && last.json[0]?["jobId"] == .integer(second))
        #expect(last.json[0]?["jobStatus"] == "succeeded")
        let days = try await api.post(
            "connections/stream_history", ["connectionId": id, "timezone": "America/New_York"])
        // Both ended on a day that began five hours after it had in Greenwich.
        #expect(days.json[0]?["recordsCommitted"] == 12)
        #expect(days.json[0]?["timestamp"] == .integer(TestAPI.now.seconds - TestAPI.now.seconds % 86_400 + 5 * 3600))
        let nowhere = try await api.post("connections/stream_history", ["connectionId": id, "timezone": "Mars/Base"])
        #expect(nowhere.status == 400)
    }

    @Test func `streams stand as their attempts tell`() async throws {
        let api = try await TestAPI()
        let id = try await connection(api)
        let failed = try await job(api, id, ends: .failed)
        _ = try await job(api, id, ends: .cancelled)
        let done = try await job(api, id, ends: .succeeded)
        let workspace = JSON.string(api.workspace.description)
        let body: JSON = ["workspaceId": workspace, "pagination": ["pageSize": 10, "rowOffset": 0]]
        let all = try await api.post("stream_statuses/list", body)
        #expect(
            all["streamStatuses"]?.arrayValue?.map { $0["runState"] } == ["COMPLETE", "INCOMPLETE", "INCOMPLETE"])
        #expect(all["streamStatuses"]?[1]?["incompleteRunCause"] == "CANCELED")
        var one = body
        one["jobId"] = .integer(failed)
        let single = try await api.post("stream_statuses/list", one)
        #expect(single["streamStatuses"]?.arrayValue?.count == 1)
        #expect(single["streamStatuses"]?[0]?["incompleteRunCause"] == "FAILED")
        #expect(single["streamStatuses"]?[0]?["id"] == all["streamStatuses"]?[2]?["id"])
        var other = body
        other["streamName"] = "nobody"
        #expect(try await api.post("stream_statuses/list", other)["streamStatuses"] == [])
        let latest = try await api.post("stream_statuses/latest_per_run_state", ["connectionId": id])
        #expect(latest["streamStatuses"]?.arrayValue?.map { $0["runState"] } == ["COMPLETE", "INCOMPLETE"])
        #expect(latest["streamStatuses"]?[0]?["jobId"] == .integer(done))
    }

    @Test func `an attempt is read by itself`() async throws {
        let api = try await TestAPI()
        let job = try await job(api, try await connection(api), ends: .succeeded)
        let name: JSON = ["jobId": .integer(job), "attemptNumber": 0]
        let read = try await api.post("attempt/get_for_job", name)
        #expect(read["attempt"]?["status"] == "succeeded" && read["logType"] == "structured")
        let stats = try await api.post("attempt/get_combined_stats", name)
        #expect(stats["recordsEmitted"] == 10)
        #expect(try await api.post("attempt/get_for_job", ["jobId": .integer(job), "attemptNumber": 7]).status == 404)
    }
}
