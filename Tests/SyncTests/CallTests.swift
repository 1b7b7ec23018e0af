import Airbyte
import Crypto
import Flow
import JSON
import Model
import Posix
import SQL
import Secrets
import Store
import Sync
import Synchronization
import TestKit
import Testing
import Time

@Suite("Calls of connectors", .timeLimit(.minutes(2)))
struct CallTests {
    @Test(.proves("5.1-cache"), arguments: Dialect.Engine.allCases)
    func `the same check asked for by many runs once, and another one besides`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let database = CountedDatabase(fixture.database)
        let calls = ConnectorCalls(
            database: database, flows: fixture.flows, vault: SecretVault(key: SealingKey()))
        let check = GatedCheck()
        try await fixture.withWorker([check]) {
            try await withThrowingTaskGroup(of: Bool?.self) { group in
                for _ in 0..<5 {
                    group.addTask { try await calls.check(.source, fixture.source.id).succeeded }
                    group.addTask { try await unsaved(calls, fixture, "one") }
                }
                group.addTask { try await unsaved(calls, fixture, "two") }
                try await eventually { check.begun == 3 }
                // Whoever asks once the checks have ended begins another one, so all must have asked before.
                try await eventually { database.writes == 11 }
                check.open()
                for try await answer in group { #expect(answer == true) }
            }
        }
        #expect(check.begun == 3)
        let texts: [String] = try await fixture.database.read { session in
            try session.rows("SELECT input, unique_key, output FROM run").flatMap { row in
                [try row.get("input"), try row.get("unique_key"), try row.getOptional("output") ?? ""]
            }
        }
        #expect(!texts.contains { $0.contains("hunter") })
        // What has ended is not joined.
        check.open()
        _ = try await fixture.withWorker([check]) { try await calls.check(.source, fixture.source.id) }
        #expect(check.begun == 4)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `who leaves does not end a call that others wait for`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let calls = ConnectorCalls(
            database: fixture.database, flows: fixture.flows, vault: SecretVault(key: SealingKey()))
        let check = GatedCheck()
        try await fixture.withWorker([check]) {
            let first = Task { try await calls.check(.source, fixture.source.id).succeeded }
            try await eventually { check.begun == 1 }
            let second = Task { try await calls.check(.source, fixture.source.id).succeeded }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            check.open()
            #expect(try await second.value == true)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a call that no worker takes says so and leaves nothing behind`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        var settings = SyncSettings()
        settings.callQueueLimit = .milliseconds(1)
        let calls = ConnectorCalls(
            database: fixture.database, flows: fixture.flows, vault: SecretVault(key: SealingKey()), settings: settings)
        let error = await #expect(throws: CallError.self) { try await calls.check(.source, fixture.source.id) }
        #expect(error?.description.contains("No worker took it within") == true)
        #expect(try await fixture.flows.list().map(\.state) == [.cancelled])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a call that lies about for too long is not joined`(engine: Dialect.Engine) async throws {
        let fixture = try await SyncFixture(engine)
        let calls = ConnectorCalls(
            database: fixture.database, flows: fixture.flows, vault: SecretVault(key: SealingKey()))
        let left = Task { try await calls.check(.source, fixture.source.id) }
        try await eventually { try await fixture.flows.list().count == 1 }
        left.cancel()
        _ = await left.result
        try await fixture.database.write { _ = try $0.run("UPDATE run SET created_at = created_at - 86400000000") }
        let check = GatedCheck()
        check.open()
        let next = Task { try await calls.check(.source, fixture.source.id).succeeded }
        try await eventually { try await fixture.flows.list().map(\.state) == [.waiting, .cancelled] }
        #expect(try await fixture.withWorker([check]) { try await next.value } == true)
        #expect(check.begun == 1)
    }

    @Test func `outer bounds hold the other limits`() {
        let settings = SyncSettings(
            environment: Environment([
                "SWIFTLET_CALL_MAX_SECONDS": "60", "SWIFTLET_COMMAND_TIMEOUT_SECONDS": "100000",
                "SYNC_JOB_MAX_TIMEOUT_DAYS": "3",
            ]))
        #expect(settings.commandTimeout == 60)
        #expect(settings.callQueueLimit == .seconds(60))
        #expect(settings.longestSync == .seconds(3 * 86_400))
        #expect(SyncSettings().longestSync == .seconds(30 * 86_400))
        #expect(SyncSettings().longestCall == .seconds(4 * 3600))
    }

    private func unsaved(_ calls: ConnectorCalls, _ fixture: SyncFixture, _ password: String) async throws -> Bool? {
        try await calls.check(
            .source, definition: fixture.source.definitionID,
            configuration: ["password": .string("hunter \(password)")], workspace: fixture.source.workspaceID
        ).succeeded
    }
}

/// Stands in for a check: answers once its gate is open.
private final class GatedCheck: Workflow {
    static let name = CheckConnector.name
    static let queue = CheckConnector.queue

    private let count = Mutex(0)
    private let isOpen = Mutex(false)

    var begun: Int { count.withLock { $0 } }
    func open() { isOpen.withLock { $0 = true } }

    func run(_ input: CheckConnector.Input, in flow: Flow) async throws -> CheckAnswer {
        count.withLock { $0 += 1 }
        while !isOpen.withLock({ $0 }) {
            try flow.checkpoint()
            try await Task.sleep(for: .milliseconds(5))
        }
        let now = Instant(seconds: 0)
        return CheckAnswer(
            succeeded: true, message: nil, failure: nil, call: CallRecord(createdAt: now, endedAt: now, logLines: []))
    }
}
