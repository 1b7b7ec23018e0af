import SQL
import TestKit
import Testing

/// What SQLite chooses without statistics, which it does not keep by itself.
@Suite("How jobs are found", .timeLimit(.minutes(3)))
struct JobPlanTests {
    @Test(arguments: [
        "status IN ('succeeded') ORDER BY id DESC LIMIT 10",
        "status = 'succeeded' AND kind <> 'x' ORDER BY id DESC LIMIT 1",
        "status = 'failed' AND id > 7 AND created_at >= 7",
    ])
    func `those of one connection in one status are found without those of others`(condition: String) async throws {
        let fixture = try await StoreFixture(.sqlite)
        let plan = try await fixture.database.read { session in
            try session.rows(
                Query(trusted: "EXPLAIN QUERY PLAN SELECT * FROM job WHERE connection_id = 'x' AND \(condition)")
            ).map { try $0.get("detail", as: String.self) }
        }
        #expect(plan.count == 1)
        #expect(
            plan.first?.contains("INDEX job_of_connection_by_status (connection_id=? AND status=?") == true, "\(plan)")
    }
}
