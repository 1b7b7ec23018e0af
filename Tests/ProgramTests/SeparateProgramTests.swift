import JSON
import Posix
import Postgres
import SQL
import TestKit
import Testing

extension Programs {
    /// The four programs on one Postgres.
    struct SeparateProgramTests {
        private static let programs = ["swiftlet-server", "swiftlet-worker", "swiftlet-cron"]

        @Test func `no program starts before the bootloader, and each says so`() async throws {
            let installation = try Installation(database: try await ThrowawayPostgres.shared().freshDatabase())
            for program in Self.programs {
                let run = try await installation.run(program)
                #expect(run.exit == .exited(1))
                #expect(run.output.contains("swiftlet-bootloader"), "\(program): \(run.output)")
            }
            #expect(try await installation.run("swiftlet-bootloader").exit == .exited(0))
            #expect(try await installation.run("swiftlet-bootloader").exit == .exited(0))
            for program in Self.programs {
                let arguments = program == "swiftlet-server" ? ["--port", "0"] : []
                let running = try await installation.start(program, arguments)
                try await Task.sleep(for: .milliseconds(200))
                #expect(!running.hasEnded)
                #expect(await running.stop() == .exited(0), "\(program): \(running.output)")
            }
        }

        @Test func `the bootloader waits for a database that is not there yet, if it is told to`() async throws {
            let postgres = try await ThrowawayPostgres.start()
            let installation = try Installation(database: try await postgres.freshDatabase())
            try await postgres.stop()
            let run = try await installation.run("swiftlet-bootloader")
            #expect(run.exit == .exited(1))
            #expect(run.output.contains("No connection to"), "\(run.output)")
            let waiting = try await installation.start("swiftlet-bootloader", ["--wait", "600"])
            try await eventually { waiting.output.contains("Waiting for the database.") }
            try await postgres.restart()
            #expect(await waiting.exit() == .exited(0), "\(waiting.output)")
        }

        @Test func `every program refuses a key that is not the installation's`() async throws {
            let installation = try Installation(database: try await ThrowawayPostgres.shared().freshDatabase())
            #expect(try await installation.run("swiftlet-bootloader").exit == .exited(0))
            let key = ["SWIFTLET_KEY": String(repeating: "0", count: 64)]
            for program in Self.programs + ["swiftlet-bootloader"] {
                let run = try await installation.run(program, settings: key)
                #expect(run.exit == .exited(1))
                #expect(run.output.contains("sealed with another key"), "\(program): \(run.output)")
            }
        }

        @Test func `bootloaders at the same time do each other no harm`() async throws {
            let installation = try Installation(database: try await ThrowawayPostgres.shared().freshDatabase())
            let exits = try await withThrowingTaskGroup(of: ChildExit.self) { group in
                for _ in 0..<4 { group.addTask { try await installation.run("swiftlet-bootloader").exit } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(exits == Array(repeating: .exited(0), count: 4))
            let (server, api) = try await installation.server()
            #expect(try await api.ask("workspaces/list")["workspaces"]?.arrayValue?.count == 1)
            let definitions = try await api.ask("destination_definitions/list")["destinationDefinitions"]
            let repositories = definitions?.arrayValue?.compactMap { $0["dockerRepository"]?.stringValue } ?? []
            #expect(
                Set(repositories).count == repositories.count && repositories.contains("swiftlet/destination-sqlite"))
            #expect(await server.stop() == .exited(0))
        }

        @Test func `a database of a newer version is refused by every program`() async throws {
            let url = try await ThrowawayPostgres.shared().freshDatabase()
            let installation = try Installation(database: url)
            #expect(try await installation.run("swiftlet-bootloader").exit == .exited(0))
            try await execute(
                "INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES (9999, 'later', 'x', 0)", url)
            for program in Self.programs + ["swiftlet-bootloader"] {
                let run = try await installation.run(program)
                #expect(run.exit == .exited(1))
                #expect(run.output.contains("a newer version was here. Upgrade the programs."), "\(run.output)")
            }
        }

        @Test func `what is missing or wrong in the environment is told in a sentence, without the password`()
            async throws
        {
            let server = try await ThrowawayPostgres.shared()
            let url = try await server.freshDatabase()
            let installation = try Installation(database: url)
            let wrong = "wrong-" + server.password
            let faults: [(settings: [String: String], sentence: String)] = [
                (["DATABASE_URL": "sqlite://\(installation.directory)/x.db"], "swiftlet up"),
                (["DATABASE_URL": ""], "swiftlet up"),
                (["DATABASE_URL": "mysql://a:b@c/d"], "postgres"),
                (["DATABASE_URL": url.replacing(server.password, with: wrong)], "password"),
                (["SWIFTLET_KEY": ""], "SWIFTLET_KEY_FILE"),
                (["SWIFTLET_KEY": "short"], "64 hexadecimal digits"),
                (["SWIFTLET_KEY": "", "SWIFTLET_KEY_FILE": "/nowhere/key"], "/nowhere/key"),
                (["SWIFTLET_DATA": "/proc/nowhere"], "SWIFTLET_DATA"),
                (["SWIFTLET_LEASE_SECONDS": "1"], "SWIFTLET_LEASE_SECONDS"),
                (["MAX_SYNC_WORKERS": "many"], "MAX_SYNC_WORKERS"),
            ]
            for fault in faults {
                for program in Self.programs + ["swiftlet-bootloader"] {
                    let run = try await installation.run(program, settings: fault.settings)
                    #expect(run.exit == .exited(1), "\(program) \(fault.sentence)")
                    #expect(run.output.contains(fault.sentence), "\(program): \(run.output)")
                    #expect(!run.output.contains(wrong))
                    #expect(!run.output.contains("Fatal error"))
                }
            }
        }

        @Test func `a program waits for a database that is about to start`() async throws {
            let server = try await ThrowawayPostgres.start()
            let installation = try Installation(database: server.url())
            try await server.stop()
            let bootloader = try await installation.start("swiftlet-bootloader")
            try await Task.sleep(for: .milliseconds(300))
            #expect(!bootloader.hasEnded)
            try await server.restart()
            #expect(await bootloader.exit() == .exited(0), "\(bootloader.output)")
        }

        @Test func `Airbyte's form of the database's address is taken`() async throws {
            let server = try await ThrowawayPostgres.shared()
            let name = try await server.freshDatabase().split(separator: "/").last ?? ""
            let installation = try Installation(
                database: "jdbc:postgresql://127.0.0.1:\(server.port)/\(name)",
                settings: ["DATABASE_USER": ThrowawayPostgres.user, "DATABASE_PASSWORD": server.password])
            let run = try await installation.run("swiftlet-bootloader")
            #expect(run.exit == .exited(0), "\(run.output)")
        }

        private func execute(_ script: String, _ url: String) async throws {
            try await Thread.value {
                let connection = try PostgresConnection(PostgresSettings(url: url))
                defer { connection.close() }
                try connection.execute(script: script)
            }
        }
    }
}
