import JSON
import Posix
import TestKit
import Testing

extension Programs {
    /// Senseless and hostile requests to a real server: a status, JSON, and the server lives.
    struct BadInputTests {
        @Test func `bad requests get their status, always as JSON, and the server goes on`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let nobody = UUID().description
            for (operation, key) in [
                ("sources/get", "sourceId"), ("destinations/get", "destinationId"),
                ("connections/get", "connectionId"), ("connections/sync", "connectionId"),
                ("workspaces/get", "workspaceId"), ("source_definitions/get", "sourceDefinitionId"),
                ("sources/check_connection", "sourceId"), ("state/get", "connectionId"),
            ] {
                let unknown = try await api.post(operation, [key: .string(nobody)])
                expectProblem(unknown, 404, operation)
                #expect(unknown["message"]?.stringValue?.contains(nobody) == true, "\(unknown.body)")
                let missing = try await api.post(operation)
                expectProblem(missing, 400, operation)
                #expect(missing["errorId"]?.stringValue?.isEmpty == false, "\(missing.body)")
                #expect(missing["message"]?.stringValue?.contains(key) == true, "\(missing.body)")
                expectProblem(try await api.post(operation, [key: 7]), 422, operation)
                expectProblem(try await api.post(operation, [key: "no id"]), 422, operation)
            }
            expectProblem(try await api.post("jobs/get", ["id": 4711]), 404, "job")
            expectProblem(try await api.post("jobs/get"), 400, "job")

            let path = "/api/v1/sources/get"
            let deep = String(repeating: "[", count: 100_000)
            for body in [
                "{", "nonsense", "[1,2]", "{\"sourceId\":\"\(nobody)\"} trailing", "\"text\"", "null", deep,
            ] {
                expectProblem(try await api.send("POST", path, body: body), 422, String(body.prefix(40)))
            }
            expectProblem(try await api.send("POST", path, body: ""), 400, "an empty body")
            let huge = "{\"sourceId\":\"" + String(repeating: "x", count: 40 << 20) + "\"}"
            expectProblem(try await api.send("POST", path, body: huge), 413, "a huge body")
            for method in ["GET", "PUT", "DELETE", "PATCH"] {
                expectProblem(try await api.send(method, path), 405, method)
            }
            expectProblem(try await api.post("no/such/operation"), 404, "an unknown operation")
            expectProblem(try await api.send("GET", "/nowhere"), 404, "an unknown path")
            expectProblem(try await api.send("GET", "/api/v1/%zz/../health"), nil, "a senseless path")

            #expect(try await api.send("GET", "/api/v1/health")["available"] == true)
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a web page cannot drive a server on loopback`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let path = "/api/v1/workspaces/list"
            let refused: [(headers: [String: String], status: Int)] = [
                (["Host": "evil.example"], 403), (["Host": "127.0.0.1.evil.example:8000"], 403),
                (["Origin": "https://evil.example"], 403), (["Origin": "null"], 403),
                (["Sec-Fetch-Site": "cross-site"], 403), (["Content-Type": "text/plain"], 415),
                (["Content-Type": "application/x-www-form-urlencoded"], 415),
            ]
            for (headers, status) in refused {
                let answer = try await api.send("POST", path, headers: headers, body: "{}")
                expectProblem(answer, status, "\(headers)")
                #expect(!answer.body.contains("Default Workspace"))
            }
            for headers in [["Host": "localhost:\(api.port)"], ["Origin": "http://localhost:3000"], [:]] {
                #expect(try await api.send("POST", path, headers: headers, body: "{}").status == 200)
            }
            #expect(await program.stop() == .exited(0))
        }

        @Test func `an address that others can reach must be asked for by name`() async throws {
            let installation = try Installation()
            let refused = try await installation.run("swiftlet", ["up", "--port", "0", "--host", "0.0.0.0"])
            #expect(refused.exit == .exited(1))
            #expect(refused.output.contains("--insecure-no-auth"))
        }

        private func expectProblem(
            _ answer: APIClient.Answer, _ status: Int?, _ comment: String, location: SourceLocation = #_sourceLocation
        ) {
            if let status { #expect(answer.status == status, "\(comment): \(answer.body)", sourceLocation: location) }
            #expect((400..<500).contains(answer.status), "\(comment): \(answer.body)", sourceLocation: location)
            #expect(answer.json.objectValue != nil, "\(comment): \(answer.body)", sourceLocation: location)
            #expect(
                answer["message"]?.stringValue?.isEmpty == false, "\(comment): \(answer.body)", sourceLocation: location
            )
            #expect(
                answer.head.lowercased().contains("content-type: application/json"), "\(comment): \(answer.head)",
                sourceLocation: location)
        }
    }
}
