import Model
import SQL
import Store
import TestKit
import Testing
import Time

@Suite("The newest job of a connection", .timeLimit(.minutes(3)))
struct NewestJobTests {
    private let now = Instant(seconds: 1_800_000_000)

    @Test(arguments: Dialect.Engine.allCases)
    func `lists show it as it stands, whatever becomes of it`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let connection = fixture.connection.id
        func standing() async throws -> (Job.Status?, Instant?, ConnectionStanding?) {
            try await fixture.database.read { session in
                let listed = try session.listedConnections([connection]).first
                let standings = try session.connectionStandings(of: fixture.workspace.id)
                return (listed?.jobStatus, listed?.jobCreatedAt, standings.first { $0.value == 1 }?.key)
            }
        }
        #expect(try await standing() == (nil, nil, .notSynced))
        let lives: [(statuses: [Job.Status], standing: ConnectionStanding)] = [
            ([.running, .succeeded], .healthy), ([.cancelled], .failed),
            ([.running, .incomplete, .running, .failed], .failed), ([.running], .running),
        ]
        for (index, life) in lives.enumerated() {
            let created = now + .seconds(index)
            let job = try await fixture.database.write { session in
                try session.insertJob(.sync, connection: connection, streams: [], isScheduled: false, at: created)
            }
            #expect(try await standing() == (.pending, created, .queued))
            for status in life.statuses {
                try await fixture.database.write { _ = try $0.setStatus(status, of: job.id, at: created) }
                #expect(try await standing().0 == status)
            }
            _ = try await fixture.database.write { session in
                try session.pruneJobs(createdBefore: now + .seconds(1000), limit: 10)
            }
            #expect(try await standing() == (life.statuses.last, created, life.standing))
        }
    }
}
