import Flow
import SQL
import Schema
import TestKit
import Testing

@Suite("Upgrading an engine that is in use", .timeLimit(.minutes(3)))
struct UpgradeTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `runs and their histories are kept and go on`(_ engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine, migrations: Migration.all.filter { $0.number <= 2 })
        let numbers: [Int64] = try await database.write { session throws in
            try ["waiting", "parked"].map { state in
                let id: Int64? = try session.value(
                    """
                    INSERT INTO run (workflow, queue, workspace, state, priority, due_at, created_at, input)
                    VALUES ('scripted', 'main', 'w', \(state), 20, 0, 0, '7') RETURNING id
                    """)
                let run = try #require(id)
                for kind in ["created", "signalled"] {
                    try session.run("INSERT INTO run_event (run_id, at, kind) VALUES (\(run), 0, \(kind))")
                }
                return run
            }
        }
        _ = try await Migrator(database).migrate()
        let client = FlowClient(database: database)
        let (waiting, parked) = (RunID(numbers[0]), RunID(numbers[1]))
        #expect(try await client.status(parked).parkedBecause == .paused)
        for run in [waiting, parked] {
            #expect(try await client.history(of: run).map(\.kind) == [.created, .signalled])
        }
        try await client.signal(parked, .resume)
        #expect(try await client.status(parked).state == .waiting)
        #expect(try await client.status(waiting).state == .waiting)
        #expect(try await client.history(of: parked).map(\.kind) == [.created, .signalled, .signalled, .resumed])
    }
}
