import Glibc
import Launcher
import Posix
import Testing

@Suite("Finding a connector's program", .timeLimit(.minutes(3)))
struct ResolverTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func settings(_ variables: [String: String] = [:]) -> LaunchSettings {
        var settings = LaunchSettings(dataDirectory: bench.dataDirectory, environment: Environment(variables))
        settings.nativeConnectorExecutable = "/bin/true"
        return settings
    }

    private func resolve(_ repository: String, version: String = "1.0", _ settings: LaunchSettings) throws
        -> ConnectorCommand?
    {
        try ConnectorResolver(settings: settings, tools: ToolRunner(environment: .current))
            .resolve(ConnectorImage(repository: repository, tag: version)).command
    }

    private func code(_ repository: String, version: String = "1.0", _ settings: LaunchSettings) -> LauncherError.Code?
    {
        do {
            _ = try resolve(repository, version: version, settings)
            return nil
        } catch {
            return (error as? LauncherError)?.code
        }
    }

    @Test func `native connectors run the multi-call program with their name`() throws {
        #expect(
            try resolve("swiftlet/source-postgres", settings())
                == ConnectorCommand(executable: "/bin/true", arguments: ["source-postgres"]))
        for name in ["", "-x", "a/b", "../x", "A"] { #expect(code("swiftlet/\(name)", settings()) == .notAllowed) }
        var missing = settings()
        missing.nativeConnectorExecutable = "/no/such/program"
        #expect(code("swiftlet/source-postgres", missing) == .notFound)
    }

    @Test func `exec connectors are executable files of the listed directories`() throws {
        let first = "\(bench.dataDirectory)/first"
        let second = "\(bench.dataDirectory)/second"
        try Directory.create(first)
        try Directory.create(second)
        try SecureFile.write([], to: "\(first)/plain")
        try SecureFile.write([], to: "\(second)/plain", mode: 0o700)
        try Directory.create("\(first)/folder")
        let listed = settings(["SWIFTLET_CONNECTOR_PATH": "\(first):\(second)"])
        #expect(try resolve("exec:plain", listed) == ConnectorCommand(executable: "\(second)/plain"))
        for name in ["", ".", "..", "../second/plain", "/bin/true"] {
            #expect(code("exec:\(name)", listed) == .notAllowed)
        }
        #expect(code("exec:folder", listed) == .notFound)
        #expect(code("exec:none", listed) == .notFound)
        #expect(code("exec:plain", settings()) == .notAllowed)
    }

    @Test func `other images are refused in a sentence`() {
        #expect(code("manifest:source-pokeapi", settings()) == .unsupported)
        #expect(code("airbyte/source-faker", settings(["SWIFTLET_CONTAINER_ENGINE": "none"])) == .unsupported)
        #expect(code("airbyte/source-faker", settings(["SWIFTLET_CONTAINER_ENGINE": "no-such-engine"])) == .unsupported)
        let here = settings(["SWIFTLET_CONTAINER_ENGINE": "/bin/true"])
        for name in ["-v", "Airbyte/x", "a b", "a;b", "a$b"] { #expect(code(name, here) == .notAllowed) }
        for setting in ["SWIFTLET_CONTAINER_PULL", "SWIFTLET_CONTAINER_PIDS", "SWIFTLET_REGISTRY_MIRRORS"] {
            #expect(code("airbyte/source-faker", settings([setting: "so"])) == .notAllowed)
        }
        #expect(code("airbyte/source-faker", settings(["JOB_MAIN_CONTAINER_MEMORY_LIMIT": "1x"])) == .notAllowed)
    }

    @Test func `packages outside the allowed names, and odd versions, never reach pip`() {
        for name in ["requests", "airbyte-source-", "airbyte-cdk", "airbyte-source-x;y", "airbyte-source-X", "-r"] {
            #expect(code("pypi:\(name)", settings()) == .notAllowed)
        }
        for version in ["", "-1", "1 0", "../1", "1;2", "1/2", "==1"] {
            #expect(code("pypi:airbyte-source-faker", version: version, settings()) == .notAllowed)
        }
    }

    @Test func `a missing Python is a sentence that says what to install`() {
        let missing = settings(["SWIFTLET_PYTHON": "no-such-python"])
        #expect {
            try resolve("pypi:airbyte-source-faker", missing)
        } throws: { error in
            let error = error as? LauncherError
            return error?.code == .notFound && error?.message.contains("Install python3 and python3-venv") == true
        }
    }
}
