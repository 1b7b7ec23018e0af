import JSON
import Posix
import Postgres
import SQL
import Synchronization
import TestKit
import Testing

extension Programs {
    /// A secret that can be told from everything else goes through every part, and must be found nowhere.
    struct SecretTests {
        /// Characters that JSON, URLs and shells write in ways of their own, around one that none of them changes.
        private static let canary = "canary7c1f9e"
        private static let secret = "\"\(canary)\\ $(x)\n%41é"
        /// What a mapper encrypts with: hexadecimal digits.
        private static let key = "c0ffee5eedc0ffee5eedc0ffee5eed07"

        @Test(.proves("1.16-values")) func `on SQLite a secret is in no file, answer or command line`() async throws {
            let installation = try Installation(settings: ["LOG_LEVEL": "debug"])
            let (program, api) = try await installation.up()
            let watch = CommandLineWatch(for: Self.canary)
            try expectClean(await answers(api, installation))
            #expect(watch.stop().isEmpty)
            expectCleanFiles(installation)
            #expect(await program.stop() == .exited(0))
            expectCleanFiles(installation)
            #expect(installation.jobDirectories.isEmpty)
            #expect(!program.output.contains(Self.canary))
        }

        @Test func `on Postgres a secret is in no table, file, answer or command line`() async throws {
            let fleet = try await Fleet(settings: ["LOG_LEVEL": "debug"])
            let worker = try await fleet.worker()
            let cron = try await fleet.cron()
            let watch = CommandLineWatch(for: Self.canary)
            try expectClean(await answers(fleet.api, fleet.installation))
            #expect(watch.stop().isEmpty)
            for program in [worker, cron, fleet.server] {
                #expect(await program.stop() == .exited(0))
                #expect(!program.output.contains(Self.canary))
                #expect(!program.output.contains(try await ThrowawayPostgres.shared().password))
            }
            expectCleanFiles(fleet.installation)
            #expect(fleet.installation.jobDirectories.isEmpty)
            let tables = try await everything(in: fleet.database)
            #expect(tables.count > 20)
            for table in tables {
                #expect(!table.contains(Self.canary), "\(table.prefix(200))")
                #expect(!table.contains(Self.key), "\(table.prefix(200))")
            }
        }

        /// Has connectors with the secret checked, discovered and run, so that they tell it wherever they can; every
        /// answer on the way.
        private func answers(_ api: APIClient, _ installation: Installation) async throws -> [String] {
            var answers: [String] = []
            func ask(_ operation: String, _ body: JSON) async throws {
                answers.append(try await api.post(operation, body).body)
            }
            let workspace: JSON = ["workspaceId": try await api.workspace()]
            let password = JSON.string(Self.secret)
            let destinations = [
                try await api.destination("exec:destination-faulty", ["fault": "leak", "password": password]),
                try await api.destination(
                    "swiftlet/destination-postgres",
                    [
                        "host": "127.0.0.1", "port": 1, "database": "x", "username": "x", "schema": "x",
                        "password": password,
                    ]),
            ]
            for destination in destinations {
                try await ask("destinations/get", ["destinationId": destination])
                try await ask("destinations/check_connection", ["destinationId": destination])
            }
            for fault in ["leak", "leak and go on"] {
                let configuration: JSON = ["fault": .string(fault), "during": "read", "password": password]
                let source = try await api.source("exec:source-faulty", configuration)
                let id: JSON = ["sourceId": source]
                try await ask("sources/get", id)
                try await ask("sources/check_connection", id)
                try await ask("sources/discover_schema", id.with("disable_cache", true))
                let update: JSON = [
                    "sourceId": source, "name": "renamed", "connectionConfiguration": configuration,
                ]
                for during in ["check", "read"] {
                    var update = update
                    update["connectionConfiguration"]?["during"] = .string(during)
                    try await ask("sources/check_connection_for_update", update)
                    try await ask("sources/update", update)
                    try await ask("sources/check_connection", id)
                }
                try await ask("sources/update", update.with("connectionConfiguration", ["password": password]))
                try await ask("sources/create", update)
                let connection = try await api.connection(
                    from: source, to: destinations[0], "full_refresh", "append")
                for _ in 0..<2 {
                    let job = try await api.sync(connection)
                    let ended = try await api.ended(job)
                    #expect(ended["job"]?["status"] == (fault == "leak" ? "failed" : "succeeded"), "\(ended)")
                    // It did tell, or this test would find nothing to be silent about.
                    #expect(ended.text.contains("logging in with **"))
                    #expect(ended.text.contains("writing as **") || fault == "leak")
                    answers.append(ended.text)
                    try await ask("jobs/get_debug_info", ["id": job])
                }
                try await ask("connections/get", ["connectionId": connection])
                try await map(connection, ask, api)
                try await ask("state/get", ["connectionId": connection])
                try await ask("jobs/list", ["configTypes": ["sync"], "configId": connection])
            }
            try await ask("sources/list", workspace)
            try await ask("destinations/list", workspace)
            try await ask("connections/list", workspace)
            return answers
        }

        /// Has the stream encrypted with a key, syncs it, and gives the key back masked.
        private func map(
            _ connection: JSON, _ ask: (String, JSON) async throws -> Void, _ api: APIClient
        ) async throws {
            var catalog = try await api.ask("connections/get", ["connectionId": connection])["syncCatalog"] ?? .null
            for (key, isFirst) in [(Self.key, true), ("**********", false)] {
                var entry = catalog["streams"]?[0] ?? .null
                entry["config"]?["mappers"] = [
                    [
                        "type": "encryption",
                        "mapperConfiguration": [
                            "algorithm": "AES", "targetField": "id", "fieldNameSuffix": "_secret", "mode": "CBC",
                            "padding": "PKCS5Padding", "key": .string(key),
                        ],
                    ]
                ]
                catalog["streams"] = [entry]
                let body: JSON = ["connectionId": connection, "syncCatalog": catalog]
                let answer = try await api.ask("connections/update", body)
                let mapper = answer["syncCatalog"]?["streams"]?[0]?["config"]?["mappers"]?[0]
                #expect(mapper?["mapperConfiguration"]?["key"] == "**********", "\(answer)")
                try await ask("connections/get", ["connectionId": connection])
                guard isFirst else { continue }
                let job = try await api.sync(connection)
                _ = try await api.ended(job)
                try await ask("jobs/get_debug_info", ["id": job])
            }
        }

        private func expectClean(_ answers: [String]) throws {
            #expect(answers.count > 20)
            for answer in answers {
                #expect(!answer.contains(Self.canary), "\(answer)")
                #expect(!answer.contains(Self.key), "\(answer)")
            }
        }

        /// The store of `up` and its WAL, logs, job directories, and what the programs wrote.
        private func expectCleanFiles(_ installation: Installation) {
            let files = Installation.files(in: installation.directory)
            #expect(!files.isEmpty)
            for secret in [Self.canary, Self.key] {
                let canary = Array(secret.utf8)
                for file in files { #expect(file.bytes.firstRange(of: canary) == nil, "\(file.path)") }
            }
        }

        /// Every row of every table as text; what is compressed is seen by the answers.
        private func everything(in url: String) async throws -> [String] {
            try await Thread.value {
                let connection = try PostgresConnection(PostgresSettings(url: url))
                defer { connection.close() }
                let tables = try connection.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                return try tables.flatMap { table in
                    let name: String = try table.get("tablename")
                    let rows = try connection.rows(Query(trusted: "SELECT t::text AS row FROM \"\(name)\" t"))
                    return try rows.map { try $0.get("row", as: String.self) }
                }
            }
        }
    }
}

/// Looks at every process's command line, again and again, until it is stopped.
private final class CommandLineWatch: Sendable {
    private let found = Mutex<(lines: [String], isOver: Bool)>(([], false))

    init(for text: String) {
        Thread.start { [self] in
            while !found.withLock({ $0.isOver }) {
                let lines = CommandLines.all.filter { $0.contains(text) }
                found.withLock { $0.lines += lines }
                _ = Poll.wait([], until: BootClock.now + .milliseconds(20))
            }
        }
    }

    /// The lines that held the text.
    func stop() -> [String] {
        found.withLock { found in
            found.isOver = true
            return found.lines
        }
    }
}

extension JSON {
    fileprivate func with(_ key: String, _ value: JSON) -> JSON {
        var copy = self
        copy[key] = value
        return copy
    }
}
