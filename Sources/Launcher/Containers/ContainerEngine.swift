import Glibc
import JSON
import Posix

/// `docker` or `podman`, called as a program: it knows how to reach its engine and how to sign in to registries.
struct ContainerEngine: Sendable {
    enum Kind: Sendable { case docker, podman }

    let executable: String
    let tools: ToolRunner

    var kind: Kind { executable.split(separator: "/").last?.hasPrefix("podman") == true ? .podman : .docker }

    /// Looks where the settings say, else for docker and then podman on the PATH.
    static func find(_ settings: ContainerSettings, _ tools: ToolRunner) throws(LauncherError) -> ContainerEngine {
        let searchPath = tools.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        if settings.engine == "none" {
            throw LauncherError(.unsupported, "Container images are off: SWIFTLET_CONTAINER_ENGINE is none.")
        }
        for name in settings.engine.map({ [$0] }) ?? ["docker", "podman"] {
            if let program = Program.find(name, in: searchPath) {
                return ContainerEngine(executable: program, tools: tools)
            }
        }
        throw LauncherError(
            .unsupported,
            "A container image needs docker or podman, and \(settings.engine ?? "neither") is on the worker's PATH. "
                + "Install one, name it in SWIFTLET_CONTAINER_ENGINE, or use pypi:NAME or swiftlet/NAME.")
    }

    /// Runs one of its commands. Throws `engineAway` where no engine answers; other failures are in the result.
    func run(
        _ arguments: [String], within limit: Duration = .seconds(60), onLine: ([UInt8]) -> Void = { _ in }
    ) throws(LauncherError) -> ToolRunner.Result {
        let result = try tools.run(
            executable, arguments, until: BootClock.now + limit, keeping: 1 << 20, onLine: onLine)
        if result.timedOut {
            throw LauncherError(
                .engineAway, "\(executable) \(arguments[0]) did not answer within \(limit.components.seconds) s.")
        }
        if !result.exit.isSuccess, let sentence = EngineComplaint.away(result.output) {
            throw LauncherError(.engineAway, sentence)
        }
        return result
    }

    /// As `run`, for commands that have to succeed.
    @discardableResult
    func demand(
        _ arguments: [String], _ doing: String, within limit: Duration = .seconds(60)
    ) throws(LauncherError) -> String {
        let result = try run(arguments, within: limit)
        guard result.exit.isSuccess else {
            throw LauncherError(.spawnFailed, "\(doing) failed: \(result.lastLine)")
        }
        return result.answer
    }

    /// What it knows of an image or a container; nil where there is none of that name.
    func inspect(_ kind: String, _ name: String, _ format: String) throws(LauncherError) -> JSON? {
        let result = try run([kind, "inspect", "--format", "{{json \(format)}}", name], within: .seconds(20))
        // Podman answers a question for all of it with a list.
        if result.exit.isSuccess, let json = try? JSON.parse(result.answer) { return json.arrayValue?.first ?? json }
        if EngineComplaint.isMissing(result.output) { return nil }
        throw LauncherError(.engineAway, "\(executable) cannot tell of \(name): \(result.lastLine)")
    }

    /// Kills those that run. Whether it could is not said: `remove` follows.
    func kill(_ names: [String]) { _ = try? run(["kill"] + names, within: .seconds(5)) }

    /// Kills and deletes a container with the volume that its files were in. One that is not there is fine.
    func remove(_ name: String) throws(LauncherError) {
        let deadline = BootClock.now + .seconds(30)
        // Podman would first ask the container to end, for ten seconds.
        let atOnce = kind == .podman ? ["--time", "0"] : []
        while true {
            let result = try run(["rm", "--force", "--volumes"] + atOnce + [name], within: .seconds(30))
            if result.exit.isSuccess || EngineComplaint.isMissing(result.output) { return }
            guard BootClock.now < deadline else {
                throw LauncherError(.engineAway, "The container \(name) cannot be removed: \(result.lastLine)")
            }
            // Somebody else may be about it.
            usleep(200_000)
        }
    }
}

extension ToolRunner.Result {
    /// The last line that says something.
    var lastLine: String {
        output.split(separator: "\n").last.map(String.init) ?? "\(exit)"
    }
}
