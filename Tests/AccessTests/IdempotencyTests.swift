import Access
import Model
import Posix
import SQL
import Store
import Synchronization
import TestKit
import Testing
import Time

@Suite("Requests with an idempotency key", .timeLimit(.minutes(2)))
struct IdempotencyTests {
    private let answer = IdempotencyStore.Answer(
        status: 200, contentType: "application/json", body: Array(#"{"secret":"s3cret"}"#.utf8))

    private func request(
        _ key: String = "k", scope: String = "a", operation: String = "create", body: String = "b"
    ) throws -> IdempotencyStore.Request {
        try #require(
            IdempotencyStore.Request(key: key, scope: scope, operation: operation, body: Array(body.utf8)))
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `many at once are carried out once, and later ones get the same answer`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let store = fixture.access.idempotency
        let runs = Counter()
        let request = try request()
        let outcomes = try await withThrowingTaskGroup(of: IdempotencyStore.Outcome.self) { group in
            for _ in 0..<8 {
                group.addTask { [answer] in
                    try await store.once(request) {
                        runs.add()
                        return answer
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(runs.count == 1)
        #expect(outcomes.count == 8)
        guard case .answered(let again, isReplay: true) = try await store.once(request, { answer }) else {
            Issue.record("it was carried out again")
            return
        }
        #expect(again == answer)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `another body is refused; another key, caller or operation is another request`(
        engine: Dialect.Engine
    ) async throws {
        let fixture = try await AccessFixture(engine)
        let store = fixture.access.idempotency
        guard case .first(let holder) = try await store.begin(request()) else {
            Issue.record("the first is not the first")
            return
        }
        guard case .underWay = try await store.begin(request()) else {
            Issue.record("it is held by nobody")
            return
        }
        guard case .otherRequest = try await store.begin(request(body: "c")) else {
            Issue.record("another body passes")
            return
        }
        for other in [try request("l"), try request(scope: "b"), try request(operation: "update")] {
            guard case .first = try await store.begin(other) else {
                Issue.record("keys meet")
                return
            }
        }
        try await store.finish(holder, answer)
        guard case .otherRequest = try await store.begin(request(body: "c")) else {
            Issue.record("another body gets the answer")
            return
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what failed may be sent again, and what a dead server held, too`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let store = fixture.access.idempotency
        let request = try request()
        let failed = IdempotencyStore.Answer(status: 500, contentType: "", body: [])
        guard case .answered(failed, isReplay: false) = try await store.once(request, { failed }),
            case .first(let dead) = try await store.begin(request)
        else {
            Issue.record("a failure is kept")
            return
        }
        try await fixture.database.write { _ = try $0.run("UPDATE idempotency SET held_until = 0") }
        guard case .first(let alive) = try await store.begin(request) else {
            Issue.record("the dead hold on")
            return
        }
        // The dead one was only slow, and has lost its hold: it neither answers nor lets go.
        try await store.finish(dead, failed)
        try await store.abandon(dead)
        guard case .underWay = try await store.begin(request) else {
            Issue.record("the dead speak")
            return
        }
        try await store.finish(alive, answer)
        guard case .answered(answer) = try await store.begin(request) else {
            Issue.record("the answer is lost")
            return
        }
    }

    @Test func `an answer is sealed, and goes after a day`() async throws {
        let fixture = try await AccessFixture(.sqlite)
        let store = fixture.access.idempotency
        _ = try await store.once(request()) { answer }
        let sealed: [UInt8] = try #require(
            try await fixture.database.read { try $0.value("SELECT sealed_answer FROM idempotency") })
        #expect(!String(decoding: sealed, as: UTF8.self).contains("s3cret"))
        let pruned = try await fixture.database.write { session throws in
            try session.pruneRequests(createdBefore: Instant(microseconds: session.now() + 1), limit: 10)
        }
        #expect(pruned == 1)
    }

    @Test(arguments: ["", String(repeating: "k", count: 256), "ü", "a\nb"])
    func `a key that is none is refused`(key: String) {
        #expect(IdempotencyStore.Request(key: key, scope: "", operation: "", body: []) == nil)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what is changed is written down, and cut where it is long`(engine: Dialect.Engine) async throws {
        let fixture = try await AccessFixture(engine)
        let caller = try await fixture.bearer("a token of twenty letters")
        let request = UUID()
        try await fixture.access.audit.append(
            caller, operation: "createSource", workspace: fixture.ours.id,
            subject: String(repeating: "s", count: 1000), status: 200, request: request)
        var filter = AuditFilter()
        filter.workspace = fixture.ours.id
        let entries = try await fixture.database.read { [filter] in try $0.auditEntries(filter) }
        let entry = try #require(entries.first)
        #expect(entries.count == 1)
        #expect(entry.personID == Person.first)
        #expect(entry.operation == "createSource")
        #expect(entry.subjectID?.count == 200)
        #expect(entry.requestID == request)
    }
}

/// How often something happened.
private final class Counter: Sendable {
    private let total = Mutex(0)
    var count: Int { total.withLock { $0 } }
    func add() { total.withLock { $0 += 1 } }
}
