import Glibc
import Posix
import TestKit
import Testing

extension Programs {
    /// What images, compose files and units rest on.
    struct DeploymentTests {
        @Test func `one program is also the others, by a word or by the name of a link`() async throws {
            let installation = try Installation(database: try await ThrowawayPostgres.shared().freshDatabase())
            let asked = try await installation.run("swiftlet", ["bootloader"])
            #expect(asked.exit == .exited(0), "\(asked.output)")
            let called = try await installation.start(
                "swiftlet", ["--version"],
                prefix: ["/bin/bash", "-c", #"exec -a /somewhere/swiftlet-server "$0" "$@""#])
            #expect(await called.exit() == .exited(0) && called.output.hasPrefix("swiftlet-server 0."))
            let version = try await installation.run("swiftlet", ["server", "--version"])
            #expect(version.exit == .exited(0) && version.output.hasPrefix("swiftlet-server 0."), "\(version.output)")
        }

        @Test func `authorities that are not there, or are none, are told at the start`() async throws {
            let installation = try Installation()
            let empty = "\(installation.directory)/authorities"
            try SecureFile.write(Array("none".utf8), to: empty)
            for (file, sentence) in [("/nowhere", "/nowhere cannot be read"), (empty, "holds no certificate")] {
                let run = try await installation.run("swiftlet", ["up"], settings: ["SWIFTLET_AUTHORITIES_FILE": file])
                #expect(run.exit == .exited(1) && run.output.contains(sentence), "\(run.output)")
            }
        }

        @Test func `secrets are made once, for their owner only, and never touched again`() async throws {
            let installation = try Installation()
            let key = "\(installation.directory)/key"
            let password = "\(installation.directory)/password"
            let arguments = ["secrets", "--key", key, "--admin-password", password]
            let first = try await installation.run("swiftlet", arguments)
            #expect(first.exit == .exited(0) && first.output.contains("Made \(key)."), "\(first.output)")
            let made = try [key, password].map { try SecureFile.read($0, limit: 4096) }
            #expect(made[0].count == 65 && made[1].count == 44)
            for path in [key, password] {
                var status = stat()
                let found = stat(path, &status)
                #expect(found == 0 && status.st_mode & 0o777 == 0o600)
            }
            let second = try await installation.run("swiftlet", arguments)
            #expect(second.exit == .exited(0) && second.output.contains("Kept \(password)."), "\(second.output)")
            #expect(try [key, password].map { try SecureFile.read($0, limit: 4096) } == made)
            for secret in made {
                #expect(!(first.output + second.output).contains(String(decoding: secret.dropLast(), as: UTF8.self)))
            }
            let shown = try await installation.run(
                "swiftlet", ["password"], settings: ["SWIFTLET_ADMIN_PASSWORD_FILE": password])
            #expect(shown.exit == .exited(0) && Array(shown.output.utf8) == made[1])
            let (server, api) = try await installation.up(
                settings: ["SWIFTLET_KEY_FILE": key, "SWIFTLET_ADMIN_PASSWORD_FILE": password])
            let refused = try await api.post("workspaces/list").status
            #expect(refused == 401)
            #expect(await server.stop() == .exited(0))
        }

        @Test func `secrets that cannot be made are told of in a sentence`() async throws {
            let run = try await Installation().run("swiftlet", ["secrets", "--key", "/proc/nowhere/key"])
            #expect(run.exit == .exited(1) && run.output.contains("/proc/nowhere/key cannot be made"), "\(run.output)")
        }

        @Test func `the password of the database may stand in a file`() async throws {
            let server = try await ThrowawayPostgres.shared()
            let name = try await server.freshDatabase().split(separator: "/").last ?? ""
            let installation = try Installation(
                database: "postgres://\(ThrowawayPostgres.user)@127.0.0.1:\(server.port)/\(name)")
            let file = "\(installation.directory)/password"
            try SecureFile.write(Array("\(server.password)\n".utf8), to: file)
            let run = try await installation.run("swiftlet-bootloader", settings: ["DATABASE_PASSWORD_FILE": file])
            #expect(run.exit == .exited(0), "\(run.output)")
            let gone = try await installation.run(
                "swiftlet-bootloader", settings: ["DATABASE_PASSWORD_FILE": "/nowhere"])
            #expect(gone.exit == .exited(1) && gone.output.contains("DATABASE_PASSWORD_FILE"), "\(gone.output)")
        }

        @Test func `the health of a server is what it answers`() async throws {
            let installation = try Installation()
            let (server, api) = try await installation.up()
            let address = "http://127.0.0.1:\(api.port)"
            let healthy = try await installation.run("swiftlet", ["health", address])
            #expect(healthy.exit == .exited(0) && healthy.output == "healthy\n", "\(healthy.output)")
            #expect(await server.stop() == .exited(0))
            let stopped = try await installation.run("swiftlet", ["health", address])
            #expect(stopped.exit == .exited(1) && stopped.output.contains("127.0.0.1"), "\(stopped.output)")
        }

        @Test(arguments: ["worker", "cron"])
        func `the health of a program without a port is its sign of life`(program: String) async throws {
            let installation = try Installation(database: try await ThrowawayPostgres.shared().freshDatabase())
            let pulse = ["SWIFTLET_PULSE_FILE": "\(installation.directory)/pulse"]
            let health = { try await installation.run("swiftlet", ["health", program], settings: pulse) }
            let before = try await health()
            #expect(before.exit == .exited(1) && before.output.contains("no sign of life"), "\(before.output)")
            #expect(try await installation.run("swiftlet-bootloader").exit == .exited(0))
            let running = try await installation.start("swiftlet-\(program)", settings: pulse)
            try await eventually { try await health().exit == .exited(0) }
            let other = program == "worker" ? "cron" : "worker"
            let wrong = try await installation.run("swiftlet", ["health", other], settings: pulse)
            #expect(wrong.exit == .exited(1) && wrong.output.contains("is not the sign of life"), "\(wrong.output)")
            #expect(await running.stop() == .exited(0))
            // As it stands in the file once its time is over.
            let line = String(
                decoding: try SecureFile.read("\(installation.directory)/pulse", limit: 512), as: UTF8.self)
            let words = line.split(separator: " ")
            try Directory.remove("\(installation.directory)/pulse")
            try SecureFile.write(
                Array("\(words[0]) \(words[1]) 0000000000000000001\n".utf8), to: "\(installation.directory)/pulse")
            let late = try await health()
            #expect(
                late.exit == .exited(1) && late.output.contains("should have given a sign of life"), "\(late.output)")
        }
    }
}
