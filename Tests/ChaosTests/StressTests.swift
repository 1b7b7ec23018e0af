import Flow
import Log
import Posix
import Postgres
import SQL
import SQLite
import Schema
import Service
import TestKit
import Testing

extension Chaos {
    /// Nothing of a worker may stay behind when it has stopped.
    struct StressTests {
        private static let cycles = isLong ? 1000 : 100
        private static let warmUp = 10

        @Test(arguments: [Dialect.Engine.sqlite, .postgres])
        func `a worker that is started and stopped again and again leaks no descriptor, thread or task`(
            engine: Dialect.Engine
        ) async throws {
            let store = try await TestDatabase.open(engine, migrations: Migration.all)
            let census = Census()
            // What a process keeps for good is there after some cycles.
            for _ in 0..<Self.warmUp { try await cycle(store.url, census) }
            let before = Belongings.now
            for _ in 0..<Self.cycles { try await cycle(store.url, census) }
            // A thread ends a moment after it has done its last work; the time limit ends a vain wait. The pool of the
            // language's own runtime grows and shrinks by a few: one leak in ten cycles is more than that.
            try await eventually {
                census.living == 0 && Belongings.now.fit(into: before, slack: Self.cycles / 10)
            }
            #expect(census.born == Self.warmUp + Self.cycles)
            #expect(try await count(in: store, "SELECT count(*) FROM run WHERE state = 'succeeded'") == census.born)
            #expect(try await count(in: store, "SELECT count(*) FROM worker WHERE ended_at IS NULL") == 0)
        }

        /// Opens the store, starts a worker's services, has a run done, and stops and closes everything.
        private func cycle(_ url: String, _ census: Census) async throws {
            let database: any Database
            let leases: any Database
            if let path = SQLiteDatabase.path(url: url) {
                database = try await SQLiteDatabase.open(path: path)
                leases = database
            } else {
                database = PostgresDatabase(try PostgresSettings(url: url))
                leases = PostgresDatabase(try PostgresSettings(url: url), connections: 1)
            }
            let client = FlowClient(database: database, poll: .milliseconds(50))
            let process = ProcessIdentity.current
            var settings = FlowSettings()
            settings.poll = .milliseconds(50)
            let rescuer = RunRescuer(database: database, host: process.host, settings: settings, log: .silent) { _ in }
            let claimer = RunClaimer(
                database: database, leases: leases,
                worker: WorkerIdentity(process, program: "test", version: "1"), workflows: [Citizen(census)],
                seats: [.main: 4], rescuer: rescuer, settings: settings, log: .silent)
            try await Services([claimer, rescuer], log: .silent).run(until: {
                let run = try? await client.start(Citizen.self, 1)
                if let run { _ = try? await client.result(of: run, Citizen.self) }
            })
            await leases.close()
            await database.close()
        }

        private func count(in store: TestDatabase, _ query: Query) async throws -> Int {
            try await store.read { session in try session.value(query) ?? 0 }
        }
    }
}
