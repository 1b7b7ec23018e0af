import Glibc
import Launcher
import Posix

/// The container engine and registry of `scripts/with-docker.sh`.
enum TestEngine {
    private static let environment = Environment.current
    static let host = environment["SWIFTLET_TEST_DOCKER"]
    static let registry = environment["SWIFTLET_TEST_REGISTRY"] ?? ""
    static let signedIn = environment["SWIFTLET_TEST_SIGNED_IN"] ?? ""

    /// What an attempt gets that runs containers.
    static func environment(of bench: Bench, _ more: [String: String] = [:]) -> Environment {
        var environment = Environment(["PATH": "/usr/local/bin:/usr/bin:/bin", "SWIFTLET_DATA": bench.dataDirectory])
        environment["DOCKER_HOST"] = host
        environment.values.merge(more) { $1 }
        return environment
    }

    /// What the engine's program prints, errors included.
    @discardableResult
    static func docker(_ arguments: String...) throws -> String {
        let pipe = try Pipe()
        var request = ChildRequest("/bin/sh", ["-c", "exec docker \"$@\" 2>&1", "docker"] + arguments)
        request.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "DOCKER_HOST": host ?? ""]
        request.descriptors = [nil, pipe.writer, nil]
        let child = try Child.spawn(request)
        pipe.writer.close()
        defer { _ = child.wait() }
        return String(decoding: try pipe.reader.readAll(limit: 1 << 20), as: UTF8.self)
    }

    /// How the containers of the bench's attempt have ended, the deleted ones too.
    static func exitCodes(of bench: Bench) throws -> [String] {
        // Until the second that runs now is over.
        try docker(
            "events", "--since", "5m", "--until", "\(time(nil) + 1)", "--filter", "event=die", "--filter",
            "label=swiftlet.attempt=\(bench.mark.attempt)", "--format", "{{.Actor.Attributes.exitCode}}"
        ).split(separator: "\n").map(String.init)
    }

    /// The containers of the bench's attempt that there are, ended ones included.
    static func containers(of bench: Bench) throws -> [String] {
        try docker("ps", "--all", "--quiet", "--no-trunc", "--filter", "label=swiftlet.attempt=\(bench.mark.attempt)")
            .split(separator: "\n").map(String.init)
    }
}
