import SQL
import TestKit
import Testing

@Suite("Notices", .timeLimit(.minutes(3)))
struct NoticeTests {
    struct Stop: Error {}

    @Test(arguments: Dialect.Engine.allCases)
    func `a commit wakes a listener and a rollback does not`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        let kept = try await ready(database, "kept \"channel\"")
        let lost = try await ready(database, "lost")
        await #expect(throws: Stop.self) {
            try await database.write { session in
                try session.notify("lost")
                throw Stop()
            }
        }
        try await database.write { try $0.notify("kept \"channel\"") }
        await kept.next()
        // A notice of the first transaction would have come before that of the second.
        #expect(lost.count == 0)
        try await database.write { try $0.notify("lost") }
        await lost.next()
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `closing the database ends its listeners`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        let stream = database.notices(on: "channel")
        await database.close()
        for await _ in stream {}
    }

    /// A listener whose beginning is over.
    private func ready(_ database: any Database, _ channel: String) async throws -> Listener {
        let listener = Listener(database.notices(on: channel))
        await listener.next()
        guard database.dialect.engine == .postgres else { return listener }
        // The first notice may be that of joining; the server listens once one of its own came through, after
        // which a second marks the end of all that was under way.
        for _ in 0..<2 {
            var heard = false
            while !heard {
                listener.forget()
                try await database.write { try $0.notify(channel) }
                heard = await listener.next(within: .seconds(1))
            }
        }
        try await Task.sleep(for: .milliseconds(50))
        listener.forget()
        return listener
    }
}
