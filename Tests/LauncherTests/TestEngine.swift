import Glibc
import Launcher
import Posix
import Testing

/// A container engine of `scripts/with-engines.sh`.
struct TestEngine: Sendable, CustomTestStringConvertible {
    private static let environment = Environment.current
    /// Its registry.
    static let registry = environment["SWIFTLET_TEST_REGISTRY"] ?? ""
    /// A folder for DOCKER_CONFIG that is signed in there.
    static let signedIn = environment["SWIFTLET_TEST_SIGNED_IN"] ?? ""

    static let docker = TestEngine(program: "docker", host: environment["SWIFTLET_TEST_DOCKER"])
    static let podman = TestEngine(program: environment["SWIFTLET_TEST_PODMAN"] ?? "", host: nil)
    static let all = [docker, podman].filter(\.isThere)

    let program: String
    /// Where docker's engine is.
    let host: String?

    var isThere: Bool { host != nil || self.program.hasPrefix("/") }
    var testDescription: String { host == nil ? "podman" : "docker" }

    /// What an attempt gets that runs containers.
    func environment(of bench: Bench, _ more: [String: String] = [:]) -> Environment {
        var environment = Environment(["PATH": "/usr/local/bin:/usr/bin:/bin", "SWIFTLET_DATA": bench.dataDirectory])
        environment["SWIFTLET_CONTAINER_ENGINE"] = program
        environment["DOCKER_HOST"] = host
        // Podman's own network needs more than this machine may have.
        if host == nil { environment["SWIFTLET_CONTAINER_NETWORK"] = "none" }
        environment.values.merge(more) { $1 }
        return environment
    }

    /// What the engine's program prints, errors included.
    @discardableResult
    func run(_ arguments: String...) throws -> String {
        let pipe = try Pipe()
        var request = ChildRequest("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1", program] + arguments)
        request.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "DOCKER_HOST": host ?? ""]
        request.descriptors = [nil, pipe.writer, nil]
        let child = try Child.spawn(request)
        pipe.writer.close()
        defer { _ = child.wait() }
        return String(decoding: try pipe.reader.readAll(limit: 1 << 20), as: UTF8.self)
    }

    /// How the containers of the bench's attempt have ended, the deleted ones too.
    func exitCodes(of bench: Bench) throws -> [String] {
        // Until the second that runs now is over.
        try run(
            "events", "--since", "5m", "--until", "\(time(nil) + 1)", "--filter",
            host == nil ? "event=died" : "event=die", "--filter", "label=swiftlet.attempt=\(bench.mark.attempt)",
            "--format", host == nil ? "{{.ContainerExitCode}}" : "{{.Actor.Attributes.exitCode}}"
        ).split(separator: "\n").map(String.init)
    }

    /// The containers of the bench's attempt that there are, ended ones included.
    func containers(of bench: Bench) throws -> [String] {
        try run("ps", "--all", "--quiet", "--no-trunc", "--filter", "label=swiftlet.attempt=\(bench.mark.attempt)")
            .split(separator: "\n").map(String.init)
    }
}
