import API
import HTTP
import JSON
import Model
import Posix
import Store
import TestKit
import Testing
import Time

struct PublicJobTests {
    @Test func `a job is ordered, read and cancelled, under both prefixes`() async throws {
        let api = try await TestAPI()
        let connection = try await api.makeConnection()
        let body = #"{"connectionId":"\#(connection)","jobType":"sync"}"#
        let made = try await api.send(.post, "/v1/jobs", body)
        #expect(made.status == 200)
        #expect(made["status"] == "pending")
        #expect(made["jobType"] == "sync")
        #expect(made["connectionId"] == .string(connection))
        #expect(made["startTime"] == "2027-01-15T08:00:00Z")
        #expect(made["lastUpdatedAt"] == nil)
        #expect(made["duration"] == nil)
        #expect(!made.holdsNull)
        let id = try #require(made["jobId"]?.intValue)
        #expect(try await api.send(.get, "/api/public/v1/jobs/\(id)").json == made.json)
        let ended = try await api.send(.delete, "/api/public/v1/jobs/\(id)")
        #expect(ended.status == 200)
        #expect(ended["status"] == "cancelled")
        #expect(ended["duration"] == "PT0S")
        #expect(ended["lastUpdatedAt"] == "2027-01-15T08:00:00Z")
        let again = try await api.send(.delete, "/api/public/v1/jobs/\(id)")
        #expect(again.status == 200)
        #expect(again.json == ended.json)
        let next = try #require(try await api.send(.post, "/v1/jobs", body)["jobId"]?.intValue)
        try await api.database.write { session throws in
            for status in [Job.Status.running, .failed] {
                try session.setStatus(status, of: Int64(next), at: TestAPI.now)
            }
        }
        let late = try await api.send(.delete, "/api/public/v1/jobs/\(next)")
        #expect(late.status == 409)
        #expect(late["title"] == "state-conflict")
    }

    @Test func `errors take the shape of the public API`() async throws {
        let api = try await TestAPI()
        let nobody = UUID().description
        let unknown = try await api.send(
            .post, "/api/public/v1/jobs", #"{"connectionId":"\#(nobody)","jobType":"sync"}"#)
        #expect(unknown.status == 404)
        #expect(unknown["status"] == 404)
        #expect(unknown["title"] == "resource-not-found")
        #expect(unknown["type"] == "https://reference.airbyte.com/reference/errors#resource-not-found")
        #expect(unknown["data"]?["resourceType"] == "connection")
        #expect(unknown["data"]?["resourceId"] == .string(nobody))
        #expect(unknown.headers["Content-Type"] == "application/json")
        let refresh = #"{"connectionId":"\#(nobody)","jobType":"refresh"}"#
        #expect(try await api.send(.post, "/api/public/v1/jobs", refresh).status == 404)
        let dance = #"{"connectionId":"\#(nobody)","jobType":"dance"}"#
        #expect(try await api.send(.post, "/api/public/v1/jobs", dance).status == 422)
        #expect(try await api.send(.get, "/api/public/v1/jobs/none").status == 400)
        #expect(try await api.send(.get, "/api/public/v1/jobs/77").status == 404)
        for query in ["limit=0", "limit=101", "offset=-1", "orderBy=size|ASC", "status=asleep", "workspaceIds=x"] {
            let answer = try await api.send(.get, "/api/public/v1/jobs?" + query)
            #expect(answer.status == 400, "\(query)")
            #expect(answer["title"] == "bad-request")
        }
    }

    @Test func `pages follow one another until next is empty`() async throws {
        let api = try await TestAPI()
        let connection = try await api.makeConnection()
        for _ in 0..<5 {
            let job = try await api.post("connections/sync", ["connectionId": .string(connection)])
            _ = try await api.post("jobs/cancel", ["id": try #require(job["job"]?["id"])])
        }
        var path = "/v1/jobs?workspaceIds=\(api.workspace)&createdAtStart=2020-01-01T00:00:00Z&limit=2"
        var seen: [Int] = []
        for _ in 0..<4 where !path.isEmpty {
            let page = try await api.send(.get, path)
            #expect(page.status == 200)
            seen += page["data"]?.arrayValue?.compactMap { $0["jobId"]?.intValue } ?? []
            let next = try page.text("next")
            #expect(next.isEmpty || next.hasPrefix("http://127.0.0.1:8000/v1/jobs?"))
            path = String(next.dropFirst("http://127.0.0.1:8000".count))
        }
        #expect(path.isEmpty)
        #expect(seen.count == 5)
        #expect(seen == seen.sorted())
        let newest = try await api.send(.get, "/v1/jobs?orderBy=createdAt%7CDESC&limit=1&offset=1")
        #expect(newest["data"]?[0]?["jobId"]?.intValue == seen[3])
        #expect(try newest.text("previous").hasSuffix("limit=1&offset=0"))
        #expect(try await api.send(.get, "/v1/jobs?status=queued")["data"] == [])
        #expect(try await api.send(.get, "/v1/jobs?jobType=reset")["data"] == [])
        #expect(try await api.send(.get, "/v1/jobs?connectionId=\(connection)")["data"]?.arrayValue?.count == 5)
    }

    @Test(arguments: [(0, "PT0S"), (65, "PT1M5S"), (3600, "PT1H"), (93_784, "PT26H3M4S"), (-3, "PT0S")])
    func `a duration is written as Java writes it`(seconds: Int, text: String) {
        #expect(Duration.seconds(seconds).iso8601 == text)
    }
}
