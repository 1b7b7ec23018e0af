import Airbyte
import HTTP
import JSON
import Log
import Model
import Notifications
import Posix
import SQL
import Store
import Sync
import Synchronization
import TestKit
import Testing
import Time

@Suite("What is told of connections", .timeLimit(.minutes(2)))
struct NoticeTests {
    @Test(.proves("7.2-post"), arguments: Dialect.Engine.allCases)
    func `a failed sync is told, also to a receiver that is down at first`(engine: Dialect.Engine) async throws {
        let bench = try await NoticeBench(engine)
        let receiver = try WebhookReceiver { $0 < 2 ? HTTPResponse(503) : .text(200, "ok") }
        try await bench.tell(.failure, NotificationSettings.Item([.slack], slack: receiver.address + "/hook/secret"))
        let job = try await bench.job(failure: NoticeBench.failure("the wheels came off"))
        let event = try #require(try await bench.event(.syncIncomplete))
        #expect(event.jobID == job.id)
        #expect(try await bench.deliveries(of: event).map(\.status) == [.pending])
        let lines = Mutex("")
        try await bench.carryOut(
            log: Log(level: .debug) { line in
                lines.withLock { $0 += String(decoding: line, as: UTF8.self) }
            })
        await receiver.stop()
        let calls = receiver.calls
        #expect(calls.count == 3)
        #expect(Set(calls.compactMap { $0.headers["Idempotency-Key"] }) == ["\(event.id)-slack"])
        #expect(calls.allSatisfy { $0.headers["Content-Type"] == "application/json" && $0.path == "/hook/secret" })
        let message = try #require(SlackMessage(event, links: WebLinks(base: "http://localhost:8000")))
        #expect(calls.last?.json == message.body(host: "127.0.0.1"))
        let data = calls.last?.json["data"]
        #expect(data?["jobId"] == .integer(job.id))
        #expect(data?["errorMessage"]?.stringValue?.contains("the wheels came off") == true)
        #expect(data?["recordsCommitted"] == 3)
        let delivery = try #require(try await bench.deliveries(of: event).first)
        #expect(delivery.status == .delivered)
        #expect(delivery.tries == 3)
        #expect(delivery.message == nil)
        #expect(!lines.withLock { $0 }.contains("hook"))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what a receiver refuses is not tried again, and what never works is given up with a sentence`(
        engine: Dialect.Engine
    ) async throws {
        var bench = try await NoticeBench(engine)
        bench.settings.tries = 3
        for (status, tries) in [(404, 1), (302, 1), (500, 3), (429, 3)] {
            let receiver = try WebhookReceiver { _ in HTTPResponse(status) }
            try await bench.tell(.success, NotificationSettings.Item([.slack], slack: receiver.address + "/secret"))
            let job = try await bench.job()
            try await bench.carryOut()
            await receiver.stop()
            #expect(receiver.calls.count == tries)
            let event = try await bench.events().first { $0.jobID == job.id }
            let delivery = try #require(try await bench.deliveries(of: event).first)
            #expect(delivery.status == .failed)
            #expect(delivery.tries == tries)
            #expect(delivery.message?.hasPrefix("\(receiver.address) answered \(status)") == true)
            #expect(delivery.message?.contains("secret") == false)
        }
    }

    @Test func `our own webhook is signed with the secret of its workspace`() async throws {
        let bench = try await NoticeBench(.sqlite)
        let receiver = try WebhookReceiver()
        let secret = "a secret of enough bytes"
        try await bench.tell(
            .success,
            NotificationSettings.Item(
                [.slack, .webhook], slack: receiver.address + "/slack",
                webhook: .init(url: receiver.address + "/own", secret: try await bench.stored(secret))))
        try await bench.job()
        try await bench.carryOut()
        await receiver.stop()
        #expect(receiver.calls.count == 2)
        let event = try #require(try await bench.event(.syncSucceeded))
        #expect(try await bench.deliveries(of: event).map(\.status) == [.delivered, .delivered])
        let slack = try #require(receiver.calls.first { $0.path == "/slack" })
        #expect(slack.headers[Signature.header] == nil)
        let own = try #require(receiver.calls.first { $0.path == "/own" })
        #expect(own.json == EventBody.json(event, links: WebLinks(base: "http://localhost:8000")))
        let signature = try #require(own.headers[Signature.header])
        let seconds = try #require(Int64(signature.dropFirst(2).prefix { $0 != "," }))
        #expect(signature == Signature.value(of: own.body, secret: secret, at: Instant(seconds: seconds)))
        #expect(Instant(seconds: seconds) > event.createdAt - .seconds(60))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `every end of a job is recorded, and only syncs are told`(engine: Dialect.Engine) async throws {
        let bench = try await NoticeBench(engine)
        let receiver = try WebhookReceiver()
        for trigger in NotificationSettings.Trigger.allCases {
            try await bench.tell(trigger, NotificationSettings.Item([.slack, .customerio], slack: receiver.address))
        }
        try await bench.job()
        try await bench.job(failure: NoticeBench.failure("x"))
        try await bench.job(records: 5, committed: 0, failure: NoticeBench.failure("x"))
        try await bench.job(.refresh)
        try await bench.job(.refresh, failure: NoticeBench.failure("x"))
        try await bench.job(.reset)
        let live = try await bench.fixture.orders.start(.sync, connection: bench.connection)
        _ = try await bench.fixture.orders.cancel(live.id)
        try await bench.carryOut()
        await receiver.stop()
        #expect(
            try await bench.events().map(\.kind).reversed() == [
                .syncSucceeded, .syncIncomplete, .syncFailed, .refreshSucceeded, .refreshIncomplete, .clearSucceeded,
                .syncCancelled,
            ])
        #expect(receiver.calls.count == 3)
        #expect(receiver.calls.allSatisfy { $0.json["data"] != nil })
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `an event that is rolled back is told to nobody`(engine: Dialect.Engine) async throws {
        struct Refusal: Error {}
        let bench = try await NoticeBench(engine)
        try await bench.tell(.syncDisabled, NotificationSettings.Item([.slack], slack: "http://127.0.0.1:1/"))
        await #expect(throws: Refusal.self) {
            try await bench.database.write { [connection = bench.connection] session in
                try EventRecorder().record(
                    .connectionDisabled, of: connection, in: session, at: Instant(microseconds: session.now()))
                throw Refusal()
            }
        }
        #expect(try await bench.events().isEmpty)
        let runs: Int? = try await bench.database.read { try $0.value("SELECT count(*) FROM run") }
        #expect(runs == 0)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `failures in a row and the end of patience are told`(engine: Dialect.Engine) async throws {
        let bench = try await NoticeBench(engine)
        let receiver = try WebhookReceiver()
        let item = NotificationSettings.Item([.slack], slack: receiver.address)
        try await bench.tell(.syncDisabled, item)
        try await bench.tell(.syncDisabledWarning, item)
        var watch = FailureWatch()
        (watch.jobsBeforeWarning, watch.daysBeforeWarning) = (1, 0)
        (watch.jobsBeforeDisable, watch.daysBeforeDisable) = (2, 0)
        for _ in 0..<2 {
            let job = try await bench.fixture.orders.start(.sync, connection: bench.connection)
            try await bench.database.write { _ = try $0.run("DELETE FROM run WHERE id = \(job.runID)") }
            try await StrandedJobCloser(database: bench.database, watch: watch, log: .silent).close()
            try await bench.carryOut()
        }
        await receiver.stop()
        let texts = receiver.calls.map { $0.json["text"]?.stringValue ?? "" }
        #expect(texts.count == 2)
        #expect(
            texts.first?.hasPrefix("Warning - repeated connection failures: c from c to c\n1 syncs in a row") == true)
        #expect(texts.last?.hasPrefix("Connection disabled: c from c to c\nThe connection is switched off: 2") == true)
    }

    @Test(.proves("5.7-notify"))
    func `a change of the schema is recorded for every connection and told where it wants to be`() async throws {
        let bench = try await NoticeBench(.sqlite)
        let receiver = try WebhookReceiver()
        try await bench.tell(.connectionUpdate, NotificationSettings.Item([.slack], slack: receiver.address))
        let diff: JSON = ["transforms": [["transformType": "add_stream", "streamDescriptor": ["name": "new"]]]]
        for tells in [true, false] {
            try await bench.database.write { [id = bench.connection] session in
                var connection = try session.lockedConnection(id)
                connection.tellsSchemaChanges = tells
                try session.update(connection)
                let now = Instant(microseconds: try session.now())
                for kind in [SchemaChangeEvent.Kind.propagated, .breaking] {
                    try EventRecorder().schemaChanged(
                        SchemaChangeEvent(connection: id, kind: kind, catalog: UUID(), changes: diff, time: now),
                        in: session)
                }
            }
        }
        try await bench.carryOut()
        await receiver.stop()
        #expect(receiver.calls.count == 1)
        #expect(receiver.calls.first?.json["text"]?.stringValue?.hasPrefix("The schema of '<") == true)
        let events = try await bench.events()
        #expect(events.count == 4)
        #expect(events.allSatisfy { $0.detail.catalogDiff == diff })
    }

    @Test func `a notification that was switched off in between is not sent`() async throws {
        let bench = try await NoticeBench(.sqlite)
        let receiver = try WebhookReceiver()
        try await bench.tell(.success, NotificationSettings.Item([.slack], slack: receiver.address))
        try await bench.job()
        try await bench.tell(.success, nil)
        try await bench.carryOut()
        await receiver.stop()
        #expect(receiver.calls.isEmpty)
        let delivery = try await bench.deliveries(of: bench.event(.syncSucceeded)).first
        #expect(delivery?.message == "The notification was switched off.")
    }

    @Test
    func `a notification whose secret is gone is given up with a sentence, and so is an operation without its token`()
        async throws
    {
        let bench = try await NoticeBench(.sqlite)
        let receiver = try WebhookReceiver()
        let config = WebhookConfig(name: "w", authToken: try await bench.stored("token"))
        try await bench.tell(
            .success,
            NotificationSettings.Item(
                [.webhook],
                webhook: .init(url: receiver.address, secret: try await bench.stored("a secret of enough bytes"))))
        let operation = Operation(
            workspaceID: bench.fixture.source.workspaceID, name: "o",
            configuration: .init(
                operatorType: .webhook, webhook: .init(webhookConfigId: config.id, executionUrl: receiver.address)),
            createdAt: Instant(seconds: 1), updatedAt: Instant(seconds: 1))
        try await bench.database.write { [id = bench.connection] session in
            var workspace = try session.lockedWorkspace(operation.workspaceID)
            workspace.webhooks = [config]
            try session.update(workspace)
            try session.insert(operation)
            var connection = try session.lockedConnection(id)
            connection.operationIDs = [operation.id]
            try session.update(connection)
            try session.run("DELETE FROM secret")
        }
        try await bench.job()
        try await bench.carryOut()
        await receiver.stop()
        #expect(receiver.calls.isEmpty)
        let delivery = try #require(try await bench.deliveries(of: bench.event(.syncSucceeded)).first)
        #expect(delivery.status == .failed)
        #expect(delivery.message?.contains("enter it again") == true)
        let outcome = try await bench.event(.operationsRun)?.detail.operations?.first
        #expect(outcome?.message?.contains("enter it again") == true)
    }

    @Test(.proves("9-zero")) func `what an attempt that succeeded warns of is recorded`() async throws {
        let bench = try await NoticeBench(.sqlite)
        try await bench.job()
        #expect(try await bench.event(.streamsEmpty) == nil)
        #expect(try await bench.event(.countsDiffer) == nil)
        let users = SyncFixture.users
        try await bench.job(records: 0, warnings: [AttemptWarning(.noRecords, "Nothing came.", stream: users)])
        try await bench.job(warnings: [AttemptWarning(.countMismatch, "Nine, not ten.", stream: users)])
        #expect(try await bench.event(.streamsEmpty)?.detail.streams == [users])
        let differing = try #require(try await bench.event(.countsDiffer))
        #expect(differing.detail.streams == [users] && differing.detail.message == "Nine, not ten.")
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `events are pruned by their age and by their number, the oldest first`(engine: Dialect.Engine) async throws {
        let bench = try await NoticeBench(engine)
        for age in 0..<10 {
            try await bench.database.write { [id = bench.connection] session in
                let now = Instant(microseconds: try session.now()) - .seconds(age * 1000)
                try EventRecorder().record(.runSlow, of: id, in: session, at: now) { $0.message = "\(age)" }
            }
        }
        func prune(_ change: (inout Retention) -> Void) async throws -> [String?] {
            var retention = Retention()
            change(&retention)
            try await Pruner(database: bench.database, retention: retention, log: .silent).prune()
            return try await bench.events().map(\.detail.message)
        }
        #expect(try await prune { _ in }.count == 10)
        #expect(try await prune { $0.eventCount = 7 } == ["0", "1", "2", "3", "4", "5", "6"])
        #expect(try await prune { $0.events = .seconds(3500) } == ["0", "1", "2", "3"])
    }
}
