import Glibc
package import Posix

/// A Swiftlet of a test's own: a directory for its data, the environment of its programs, and our connectors for
/// tests. Wiped when the last reference to it goes.
package final class Installation: Sendable {
    /// Files of the test's own; not the data directory.
    package let directory: String
    private let environment: [String: String]

    /// - Parameter database: a Postgres URL; nil: `swiftlet up` on SQLite.
    package init(database: String? = nil, settings: [String: String] = [:]) throws {
        directory = "/tmp/swiftlet-installation-\(UUID())"
        try Directory.create(directory, mode: 0o700)
        var environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": directory,
            "SWIFTLET_DATA": "\(directory)/data",
            "SWIFTLET_CONNECTOR_PATH": Self.connectors,
            "SWIFTLET_POLL_MILLISECONDS": "100",
            "SWIFTLET_CRON_SECONDS": "1",
            "REPLICATION_FLUSH_PERIOD_SECONDS": "0.05",
            "SYNC_JOB_RETRIES_COMPLETE_FAILURES_MAX_SUCCESSIVE": "1",
        ]
        if let database {
            environment["DATABASE_URL"] = database
            environment["SWIFTLET_KEY"] = String(repeating: "5eed", count: 16)
        }
        self.environment = environment.merging(settings) { $1 }
    }

    deinit { try? Directory.remove(directory) }

    package var data: String { "\(directory)/data" }

    /// The directory of the connectors that are written for tests.
    package static var connectors: String {
        "\(#filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" })/Fixtures/Connectors"
    }

    package func start(
        _ program: String, _ arguments: [String] = [], settings: [String: String] = [:], prefix: [String] = []
    ) async throws -> RunningProgram {
        try await RunningProgram.start(
            program, arguments, environment: environment.merging(settings) { $1 }, directory: directory,
            prefix: prefix)
    }

    /// `swiftlet up` on a free port, as soon as it listens.
    package func up(settings: [String: String] = [:]) async throws -> (RunningProgram, APIClient) {
        let program = try await start("swiftlet", ["up", "--port", "0"], settings: settings)
        return (program, APIClient(port: try await program.port()))
    }

    /// `swiftlet-server` on a free port, as soon as it listens.
    package func server() async throws -> (RunningProgram, APIClient) {
        let program = try await start("swiftlet-server", ["--port", "0"])
        return (program, APIClient(port: try await program.port()))
    }

    /// Runs a program that ends by itself.
    package func run(
        _ program: String, _ arguments: [String] = [], settings: [String: String] = [:]
    ) async throws -> (exit: ChildExit, output: String) {
        let running = try await start(program, arguments, settings: settings)
        return (await running.exit(), running.output)
    }

    /// The job directories that lie about, by their paths.
    package var jobDirectories: [String] {
        let owners = (try? Directory.entries("\(data)/jobs")) ?? []
        return owners.flatMap { owner in
            ((try? Directory.entries("\(data)/jobs/\(owner)")) ?? []).map { "\(data)/jobs/\(owner)/\($0)" }
        }
    }

    /// Every file below a directory with its bytes.
    package static func files(in directory: String) -> [(path: String, bytes: [UInt8])] {
        ((try? Directory.entries(directory)) ?? []).flatMap { name -> [(path: String, bytes: [UInt8])] in
            let path = "\(directory)/\(name)"
            if Directory.exists(path) { return files(in: path) }
            return [(path, (try? SecureFile.read(path, limit: 256 << 20)) ?? [])]
        }
    }
}
