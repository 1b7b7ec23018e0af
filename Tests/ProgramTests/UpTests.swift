import Glibc
import JSON
import Posix
import TestKit
import Testing

extension Programs {
    struct UpTests {
        @Test func `up says where it listens, is healthy, and keeps its key and its database to itself`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            #expect(program.output.contains("http://127.0.0.1:\(api.port)\n"))
            let health = try await api.send("GET", "/api/v1/health")
            #expect(health.status == 200)
            #expect(health["available"] == true)
            for name in ["key", "swiftlet.db", "swiftlet.db-wal"] {
                #expect(mode(of: "\(installation.data)/\(name)") == 0o600, "\(name)")
            }
            #expect(mode(of: installation.data) == 0o700)
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a second up on the same data is refused, and the first one goes on`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let second = try await installation.run("swiftlet", ["up", "--port", "0"])
            #expect(second.exit == .exited(1))
            #expect(second.output.contains("Another swiftlet is running on \(installation.data)."))
            #expect(try await api.send("GET", "/api/v1/health").status == 200)
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a port that is taken is told in a sentence`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let other = try Installation()
            let second = try await other.run("swiftlet", ["up", "--port", "\(api.port)"])
            #expect(second.exit == .exited(1))
            #expect(second.output.contains("\(api.port)"), "\(second.output)")
            #expect(await program.stop() == .exited(0))
        }

        @Test func `senseless arguments are told with the usage`() async throws {
            let installation = try Installation()
            for arguments in [
                ["sideways"], ["up", "--port", "many"], ["up", "--prot", "1"], ["up", "--port"], ["up", "--data="],
            ] {
                let run = try await installation.run("swiftlet", arguments)
                #expect(run.exit == .exited(2))
                #expect(run.output.contains("Usage: swiftlet"))
            }
            #expect(try await installation.run("swiftlet", ["version"]).exit == .exited(0))
        }

        @Test func `help is no failure, wherever it is asked for`() async throws {
            let installation = try Installation()
            let commands = [
                ["swiftlet", "--help"], ["swiftlet", "up", "--help"], ["swiftlet", "up", "--port", "1", "-h"],
                ["swiftlet-server", "--help"], ["swiftlet-worker", "-h"], ["swiftlet-cron", "--help"],
                ["swiftlet-bootloader", "--help"],
            ]
            for command in commands {
                let run = try await installation.run(command[0], Array(command.dropFirst()))
                #expect(run.exit == .exited(0), "\(command)")
                #expect(run.output.hasPrefix("Usage: \(command[0])"), "\(command)")
            }
        }

        @Test func `a second up on the same database file is refused, also with data of its own`() async throws {
            let installation = try Installation()
            let (program, _) = try await installation.up()
            let file = "\(installation.data)/swiftlet.db"
            let other = try Installation(database: "sqlite://\(file)")
            let second = try await other.run("swiftlet", ["up", "--port", "0"])
            #expect(second.exit == .exited(1))
            #expect(second.output.contains("Another swiftlet is running on \(file)."))
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a database does not open with another key than the one it began with`() async throws {
            let installation = try Installation()
            let (program, _) = try await installation.up()
            #expect(await program.stop() == .exited(0))
            let key = ["SWIFTLET_KEY": String(repeating: "0", count: 64)]
            let run = try await installation.run("swiftlet", ["up", "--port", "0"], settings: key)
            #expect(run.exit == .exited(1))
            #expect(run.output.contains("sealed with another key"))
        }

        @Test func `a setting that makes no sense is told in a sentence`() async throws {
            let installation = try Installation(settings: ["LOG_LEVEL": "loud"])
            let run = try await installation.run("swiftlet", ["up", "--port", "0"])
            #expect(run.exit == .exited(1))
            #expect(run.output.contains("LOG_LEVEL must be debug, info, warning or error"))
        }

        @Test func `SIGTERM in the middle of a sync loses nothing and leaves no process, and a new start goes on`()
            async throws
        {
            let installation = try Installation()
            let source = try NumberSource(in: installation.directory)
            var (program, api) = try await installation.up()
            let shop = "\(installation.directory)/shop.db"
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", source.configuration(records: 5000, page: 1000)),
                to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(shop)]))
            let job = try await api.sync(connection)
            try source.open(upTo: 2500)
            try await eventually { try await api.lastSaved(connection) == 2000 }
            try await source.waits(reading: 0, sent: 2500)
            let processes = program.descendants
            #expect(processes.count >= 3)

            #expect(await program.stop() == .exited(0))
            #expect(processes.allSatisfy { !ProcessIdentity.isAlive(pid: $0.pid, startTime: $0.startTime) })
            #expect(installation.jobDirectories.isEmpty)

            (program, api) = try await installation.up()
            try source.open(upTo: 5000)
            let ended = try await api.ended(job)
            #expect(ended["job"]?["status"] == "succeeded")
            // A destination that is asked to end keeps what it was given, or a part of it; never is it read twice.
            #expect(source.readings.count == 2)
            #expect(source.readings.last.map { [2000, 2500].contains($0.from) } == true)
            #expect(source.readings.last?.alive == [])
            #expect(await program.stop() == .exited(0))
            #expect(try await NumberTable.sqlite(shop) == .complete(5000))
        }

        @Test(.proves("2.4-fenced", "2.6-progress")) func `what a source has delivered is saved while it is silent`()
            async throws
        {
            let installation = try Installation(settings: ["REPLICATION_FLUSH_PERIOD_SECONDS": "1"])
            let source = try NumberSource(in: installation.directory)
            let (program, api) = try await installation.up()
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", source.configuration(records: 100, page: 10)),
                to: api.destination(
                    "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/x.db")]))
            let job = try await api.sync(connection)
            for saved in [10, 20, 30] {
                // The state follows right after something was saved, and nothing follows the state.
                try source.open(upTo: saved)
                try await eventually { try await api.lastSaved(connection) == saved }
            }
            try source.open(upTo: 100)
            #expect(try await api.ended(job)["job"]?["status"] == "succeeded")
            #expect(await program.stop() == .exited(0))
        }

        private func mode(of path: String) -> mode_t {
            var status = stat()
            return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
        }
    }
}
