import HTTP
import JSON
import Model
import Store
import TestKit
import Testing
import Time

@Suite("The log of an attempt, as a file and as it grows")
struct AttemptLogTests {
    private struct Logged {
        let api: TestAPI
        let job: JobID

        var path: String { "/api/swiftlet/jobs/\(job)/attempts/0/log" }

        init() async throws {
            api = try await TestAPI()
            let started = try await api.post(
                "connections/sync", ["connectionId": .string(try await api.makeConnection())])
            job = JobID(try #require(started["job"]?["id"]?.intValue))
            try await api.database.write { [job] in _ = try $0.insertAttempt(of: job, at: TestAPI.now) }
        }

        func append(_ message: String, chunk: Int) async throws {
            let line =
                #"{"timestamp":1800000000123,"level":"warn","logSource":"source","message":"\#(message)"}"# + "\n"
            try await api.database.write { [job] in
                try $0.appendLog(Array(line.utf8), of: job, attempt: 0, chunk: chunk, at: TestAPI.now)
            }
        }

        func end() async throws {
            try await api.database.write { [job] in
                _ = try $0.endAttempt(of: job, as: .succeeded, failures: [], at: TestAPI.now)
            }
        }
    }

    @Test func `the whole log comes as lines for people or as one object a line`() async throws {
        let logged = try await Logged()
        try await logged.append("slow", chunk: 0)
        try await logged.append("slower", chunk: 1)
        let text = try await logged.api.send(.get, logged.path)
        #expect(
            text.body == """
                2027-01-15T08:00:00.123Z source > WARN slow
                2027-01-15T08:00:00.123Z source > WARN slower

                """)
        #expect(text.headers["Content-Type"] == "text/plain; charset=utf-8")
        #expect(text.headers["Content-Disposition"] == "attachment; filename=\"job-\(logged.job)-attempt-0.log\"")
        let json = try await logged.api.send(.get, logged.path + "?format=json")
        let messages = try json.body.split(separator: "\n").map { try JSON.parse(Array($0.utf8))["message"] }
        #expect(messages == ["slow", "slower"])
    }

    @Test func `what is new comes from a place on, and the end is told once all was read`() async throws {
        let logged = try await Logged()
        try await logged.append("first", chunk: 0)
        let first = try await logged.api.send(.get, logged.path + "?from=0")
        #expect(first.body.contains("first"))
        #expect(first.headers["Swiftlet-Log-Next"] == "1")
        #expect(first.headers["Swiftlet-Log-Ended"] == "false")
        let nothing = try await logged.api.send(.get, logged.path + "?from=1")
        #expect(nothing.body.isEmpty && nothing.headers["Swiftlet-Log-Next"] == "1")
        async let awaited = logged.api.send(.get, logged.path + "?from=1&wait=25")
        try await logged.append("second", chunk: 1)
        #expect(try await awaited.body.contains("second"))
        try await logged.end()
        let end = try await logged.api.send(.get, logged.path + "?from=2&wait=25")
        #expect(end.headers["Swiftlet-Log-Ended"] == "true")
    }

    @Test(arguments: ["?format=xml", "?from=-1", "?from=0&wait=9999", "?from=x"])
    func `a question that makes no sense is refused`(_ query: String) async throws {
        let logged = try await Logged()
        #expect(try await logged.api.send(.get, logged.path + query).status == 422)
    }

    @Test func `an attempt that never was is not found`() async throws {
        let logged = try await Logged()
        let path = "/api/swiftlet/jobs/\(logged.job)/attempts/7/log"
        #expect(try await logged.api.send(.get, path).status == 404)
    }
}
