import HTTP
import JSON
import Posix
import TestKit
import Testing

extension Programs {
    /// Whom the programs tell of syncs.
    struct NoticeTests {
        /// Has the workspace tell a receiver of every end of a sync.
        private func tell(_ address: String, _ api: APIClient, more: JSONObject = [:]) async throws -> JSON {
            let item: JSON = ["notificationType": ["slack"], "slackConfiguration": ["webhook": .string(address)]]
            var body: JSON = [
                "workspaceId": try await api.workspace(),
                "notificationSettings": ["sendOnSuccess": item, "sendOnFailure": item],
            ]
            for (key, value) in more { body[key] = value }
            return try await api.ask("workspaces/update", body)
        }

        private func connection(_ api: APIClient, _ installation: Installation, more: JSONObject = [:]) async throws
            -> JSON
        {
            try await api.connection(
                from: api.source("exec:source-numbers", ["records": 300, "page": 100]),
                to: api.destination(
                    "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/x.db")]),
                more: more)
        }

        @Test(.proves("7.6-webhook"))
        func `a sync is told to a receiver, its operation is called with its token, and neither shows up in logs`()
            async throws
        {
            // A proxy of the environment is not for these calls.
            let installation = try Installation(settings: [
                "http_proxy": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1",
                "AIRBYTE_URL": "https://swiftlet.example.org",
            ])
            let receiver = try WebhookReceiver()
            let (program, api) = try await installation.up()
            let token: JSON = "canary-token"
            let home = try await tell(
                receiver.address + "/canary-path", api, more: ["webhookConfigs": [["name": "w", "authToken": token]]])
            let operation = try await api.ask(
                "operations/create",
                [
                    "workspaceId": home["workspaceId"] ?? .null, "name": "o",
                    "operatorConfiguration": [
                        "operatorType": "webhook",
                        "webhook": [
                            "webhookConfigId": home["webhookConfigs"]?[0]?["id"] ?? .null,
                            "executionUrl": .string(receiver.address + "/operation"), "executionBody": "{}",
                        ],
                    ],
                ])
            let connection = try await connection(
                api, installation, more: ["operationIds": [operation["operationId"] ?? .null]])
            let job = try await api.sync(connection)
            let ended = try await api.ended(job)
            #expect(ended["job"]?["status"] == "succeeded", "\(ended)")
            let calls = try await receiver.calls(2)
            let called = try #require(calls.first { $0.path == "/operation" })
            #expect(called.headers["Authorization"] == "Bearer canary-token")
            let told = try #require(calls.first { $0.path == "/canary-path" }).json
            let base = "https://swiftlet.example.org/workspaces/\(home["workspaceId"]?.stringValue ?? "")"
            let link = "\(base)/connections/\(connection.stringValue ?? "")"
            #expect(told.objectValue?.keys == ["text", "blocks", "data"])
            #expect(
                told["blocks"]?[0]?["text"]?["text"] == .string("Sync completed: <\(link)|a connection>"))
            var data = try #require(told["data"])
            for volatile in ["startedAt", "finishedAt", "durationInSeconds", "durationFormatted"] {
                #expect(data[volatile] != nil)
                data[volatile] = nil
            }
            let shown = try await api.ask("connections/get", ["connectionId": connection])
            let bytes = ended["job"]?["aggregatedStats"]?["bytesCommitted"] ?? .null
            #expect(bytes.intValue ?? 0 > 0)
            let volume: JSON = .string("\((bytes.intValue ?? 0) / 1024) kB")
            #expect(
                data == [
                    "workspace": [
                        "id": home["workspaceId"] ?? .null, "name": "Default Workspace", "url": .string(base),
                    ],
                    "connection": ["id": connection, "name": "a connection", "url": .string(link)],
                    "source": [
                        "id": shown["sourceId"] ?? .null, "name": "exec:source-numbers",
                        "url": .string("\(base)/source/\(shown["sourceId"]?.stringValue ?? "")"),
                    ],
                    "destination": [
                        "id": shown["destinationId"] ?? .null, "name": "swiftlet/destination-sqlite",
                        "url": .string("\(base)/destination/\(shown["destinationId"]?.stringValue ?? "")"),
                    ],
                    "jobId": job, "success": true, "bytesEmitted": bytes, "bytesCommitted": bytes,
                    "recordsEmitted": 300,
                    "recordsCommitted": 300, "recordsFilteredOut": 0, "bytesFilteredOut": 0, "errorMessage": nil,
                    "errorType": nil, "errorOrigin": nil, "bytesEmittedFormatted": volume,
                    "bytesCommittedFormatted": volume,
                ])
            try await eventually {
                let events = try await api.ask("connections/events/list_for_job", ["id": job])
                return events["events"]?.arrayValue?.count == 2
            }
            let events = try await api.ask("connections/events/list", ["connectionId": connection])
            #expect(
                events["events"]?[0]?["summary"]?["webhookOperationSummary"]?["successes"] == [
                    operation["operationId"] ?? .null
                ])
            #expect(events["events"]?[1]?["eventType"] == "SYNC_SUCCEEDED")
            #expect(!events.text.contains("canary"))
            #expect(await program.stop() == .exited(0))
            await receiver.stop()
            for file in Installation.files(in: installation.directory) {
                #expect(file.bytes.firstRange(of: Array("canary-token".utf8)) == nil, "\(file.path)")
                if file.path.contains("/logs/") || file.path.contains("/output-") {
                    #expect(file.bytes.firstRange(of: Array("canary-path".utf8)) == nil, "\(file.path)")
                }
            }
        }

        @Test func `a sync that failed is told with its reason`() async throws {
            let installation = try Installation()
            let receiver = try WebhookReceiver()
            let (program, api) = try await installation.up()
            _ = try await tell(receiver.address, api)
            let connection = try await api.connection(
                from: api.source("exec:source-faulty", ["fault": "exit", "during": "read"]),
                to: api.destination(
                    "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/x.db")]),
                "full_refresh", "append")
            let ended = try await api.ended(api.sync(connection))
            #expect(ended["job"]?["status"] == "failed", "\(ended)")
            let told = try await receiver.calls(1)[0].json
            let reason = ended["attempts"]?.arrayValue?.last?["attempt"]?["failureSummary"]?["failures"]?[0]
            #expect(reason?["externalMessage"]?.stringValue?.isEmpty == false)
            #expect(told["data"]?["success"] == false)
            #expect(told["data"]?["errorMessage"] == reason?["externalMessage"])
            #expect(told["data"]?["errorType"] == reason?["failureType"])
            #expect(told["data"]?["errorOrigin"] == reason?["failureOrigin"])
            #expect(told["blocks"]?.arrayValue?.count == 4)
            #expect(await program.stop() == .exited(0))
            await receiver.stop()
        }

        @Test func `a program that is killed while it tells is followed by one that tells it, on SQLite`() async throws
        {
            let installation = try Installation()
            let gate = AsyncStream.makeStream(of: Void.self)
            let receiver = try silentAtFirst(gate.stream)
            let (program, api) = try await installation.up()
            _ = try await tell(receiver.address, api)
            let job = try await api.sync(connection(api, installation))
            _ = try await receiver.calls(1)
            await program.kill()
            let (next, again) = try await installation.up()
            let calls = try await receiver.calls(2)
            expectRepetition(calls)
            #expect(try await again.job(job)["job"]?["status"] == "succeeded")
            try await expectDelivered(job, again)
            #expect(await next.stop() == .exited(0))
            gate.continuation.finish()
            await receiver.stop()
        }

        @Test func `a worker that is killed while it tells is followed by another that tells it, on Postgres`()
            async throws
        {
            let fleet = try await Fleet()
            let gate = AsyncStream.makeStream(of: Void.self)
            let receiver = try silentAtFirst(gate.stream)
            let worker = try await fleet.worker()
            _ = try await tell(receiver.address, fleet.api)
            let job = try await fleet.api.sync(connection(fleet.api, fleet.installation))
            _ = try await receiver.calls(1)
            await worker.kill()
            let next = try await fleet.worker()
            expectRepetition(try await receiver.calls(2))
            try await expectDelivered(job, fleet.api)
            #expect(await next.stop() == .exited(0))
            gate.continuation.finish()
            await receiver.stop()
        }

        /// Keeps the first call waiting until the gate opens.
        private func silentAtFirst(_ gate: AsyncStream<Void>) throws -> WebhookReceiver {
            try WebhookReceiver { number in
                if number == 0 { for await _ in gate {} }
                return .text(200, "ok")
            }
        }

        private func expectRepetition(_ calls: [WebhookReceiver.Call]) {
            #expect(calls.count == 2)
            #expect(calls[0].body == calls[1].body)
            #expect(calls[0].headers["Idempotency-Key"] != nil)
            #expect(calls[0].headers["Idempotency-Key"] == calls[1].headers["Idempotency-Key"])
        }

        private func expectDelivered(_ job: JSON, _ api: APIClient) async throws {
            let events = try await api.ask("connections/events/list_for_job", ["id": job])
            let event = try #require(events["events"]?[0])
            try await eventually {
                let shown = try await api.ask(
                    "connections/events/get",
                    ["connectionId": event["connectionId"] ?? .null, "connectionEventId": event["id"] ?? .null])
                return shown["details"]?["deliveries"]?[0]?["status"] == "delivered"
            }
        }
    }
}
