import HTTP
import HTTPClient
import JSON
import Log
import Model
import SQL
import Store
import Sync
import Synchronization
import TestKit
import Testing
import Time

@Suite("Operations after a sync", .timeLimit(.minutes(2)))
struct OperationTests {
    /// Has the connection call these operations.
    private func add(
        _ webhooks: [Operation.Configuration.Webhook], to bench: NoticeBench, token: String? = nil
    ) async throws -> [OperationID] {
        let workspace = bench.fixture.source.workspaceID
        let config = WebhookConfig(name: "w", authToken: try await token.mapAsync { try await bench.stored($0) })
        let operations = webhooks.map { webhook in
            var webhook = webhook
            if token != nil { webhook.webhookConfigId = config.id }
            return Operation(
                workspaceID: workspace, name: "o", configuration: .init(operatorType: .webhook, webhook: webhook),
                createdAt: Instant(seconds: 1), updatedAt: Instant(seconds: 1))
        }
        try await bench.database.write { [id = bench.connection] session in
            var home = try session.lockedWorkspace(workspace)
            home.webhooks = [config]
            try session.update(home)
            for operation in operations { try session.insert(operation) }
            var connection = try session.lockedConnection(id)
            connection.operationIDs = operations.map(\.id)
            try session.update(connection)
        }
        return operations.map(\.id)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `after a success each is called in order with its body and the token, and the outcome is an event`(
        engine: Dialect.Engine
    ) async throws {
        let bench = try await NoticeBench(engine)
        let receiver = try WebhookReceiver {
            $0 == 0 ? HTTPResponse(300) : $0 == 1 ? HTTPResponse(503) : HTTPResponse(204)
        }
        let ids = try await add(
            [
                .init(executionUrl: receiver.address + "/a", executionBody: #"{"x": 1}"#),
                .init(executionUrl: receiver.address + "/b"),
            ], to: bench, token: "canary-token")
        let job = try await bench.job()
        let lines = Mutex("")
        try await bench.carryOut(
            log: Log(level: .debug) { line in
                lines.withLock { $0 += String(decoding: line, as: UTF8.self) }
            })
        await receiver.stop()
        let calls = receiver.calls
        #expect(calls.map(\.path) == ["/a", "/b", "/b"])
        #expect(calls.map(\.method) == [.post, .get, .get])
        #expect(calls.map(\.text) == [#"{"x": 1}"#, "", ""])
        #expect(calls.allSatisfy { $0.headers["Authorization"] == "Bearer canary-token" })
        #expect(
            calls.map { $0.headers["Idempotency-Key"] } == [
                "\(job.id)-\(ids[0])", "\(job.id)-\(ids[1])", "\(job.id)-\(ids[1])",
            ])
        let event = try #require(try await bench.event(.operationsRun))
        #expect(event.jobID == job.id)
        #expect(event.detail.operations?.map(\.succeeded) == [true, true])
        #expect(try await bench.fixture.job(job.id).status == .succeeded)
        #expect(!lines.withLock { $0 }.contains("canary"))
        let journal: [String] = try await bench.database.read { session in
            try session.rows("SELECT value FROM run_step").map { try $0.getOptional("value") ?? "" }
        }
        #expect(!journal.isEmpty)
        #expect(!journal.contains { $0.contains("canary") })
    }

    @Test func `one that fails three times is told, and the job stays succeeded`() async throws {
        let bench = try await NoticeBench(.sqlite)
        let receiver = try WebhookReceiver { _ in HTTPResponse(500) }
        let ids = try await add([.init(executionUrl: receiver.address + "/secret")], to: bench)
        let job = try await bench.job()
        try await bench.carryOut()
        await receiver.stop()
        #expect(receiver.calls.count == 3)
        #expect(receiver.calls.allSatisfy { $0.headers["Authorization"] == nil })
        let outcome = try #require(try await bench.event(.operationsRun)?.detail.operations?.first)
        #expect(
            outcome
                == EventDetail.Operation(
                    id: ids[0], name: "o", succeeded: false, message: "\(receiver.address) answered 500."))
        #expect(try await bench.fixture.job(job.id).status == .succeeded)
    }

    @Test func `after a failure and after a clear nothing is called`() async throws {
        let bench = try await NoticeBench(.sqlite)
        let receiver = try WebhookReceiver()
        _ = try await add([.init(executionUrl: receiver.address)], to: bench)
        try await bench.job(failure: NoticeBench.failure("x"))
        try await bench.job(.reset)
        try await bench.carryOut()
        #expect(receiver.calls.isEmpty)
        try await bench.job()
        try await bench.carryOut()
        await receiver.stop()
        #expect(receiver.calls.count == 1)
    }

    @Test func `one that is gone is passed over, and one whose webhook is gone fails without a call`() async throws {
        let bench = try await NoticeBench(.sqlite)
        let receiver = try WebhookReceiver()
        let ids = try await add(
            [
                .init(executionUrl: receiver.address),
                .init(webhookConfigId: WebhookConfigID(), executionUrl: receiver.address),
            ], to: bench)
        try await bench.database.write { try $0.deleteOperation(ids[0]) }
        try await bench.job()
        try await bench.carryOut()
        await receiver.stop()
        #expect(receiver.calls.isEmpty)
        let outcomes = try #require(try await bench.event(.operationsRun)?.detail.operations)
        #expect(outcomes.map(\.id) == [ids[1]])
        #expect(outcomes.first?.message?.contains("is gone") == true)
    }

    @Test func `a job of dbt Cloud has an address and a body of its own`() throws {
        let configuration = Operation.Configuration(
            operatorType: .webhook, webhook: .init(dbtCloud: .init(accountId: 12, jobId: 34)))
        let call = try #require(try OperationCall.make(configuration, token: "t"))
        #expect(call.address.text == "https://cloud.getdbt.com/api/v2/accounts/12/jobs/34/run/")
        #expect(call.body.map { (try? JSON.parse($0)) ?? .null } == ["cause": "airbyte"])
        let own = try OperationCall.make(configuration, token: nil, host: "dbt.example.org/")
        #expect(own?.address.text == "https://dbt.example.org/api/v2/accounts/12/jobs/34/run/")
        #expect(try OperationCall.make(.init(operatorType: .normalization), token: nil)?.address == nil)
    }
}

extension Optional {
    fileprivate func mapAsync<Value>(_ change: (Wrapped) async throws -> Value) async rethrows -> Value? {
        if let self { try await change(self) } else { nil }
    }
}
