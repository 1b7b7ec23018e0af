import Glibc
import Launcher
import Posix
import Synchronization
import Testing

@Suite("Virtual environments", .timeLimit(.minutes(5)))
struct VirtualEnvironmentTests {
    let bench: Bench
    let wheels: String
    let environment: Environment

    init() throws {
        bench = try Bench()
        wheels = "\(bench.dataDirectory)/wheels"
        try Directory.create(wheels)
        var environment = Environment.current
        environment["PIP_NO_INDEX"] = "1"
        environment["PIP_FIND_LINKS"] = wheels
        environment["PIP_CONFIG_FILE"] = "/dev/null"
        self.environment = environment
    }

    /// Makes a wheel of a package with one module and one command, or none.
    private func makeWheel(_ name: String, _ version: String, command: String?) throws {
        let script = """
            import sys, zipfile
            directory, name, version, command = sys.argv[1:]
            stem = name.replace('-', '_') + '-' + version
            with zipfile.ZipFile(f'{directory}/{stem}-py3-none-any.whl', 'w') as wheel:
                info = stem + '.dist-info/'
                wheel.writestr('tiny_connector.py', 'import sys\\ndef main(): print("tiny", *sys.argv[1:])\\n')
                wheel.writestr(info + 'METADATA', f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n')
                wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
                if command:
                    wheel.writestr(info + 'entry_points.txt', f'[console_scripts]\\n{command} = tiny_connector:main\\n')
                wheel.writestr(info + 'RECORD', '')
            """
        let python = try #require(Program.find("python3", in: environment["PATH"] ?? ""))
        let child = try Child.spawn(
            ChildRequest(
                python, ["-c", script, wheels, name, version, command ?? ""], environment: Environment.current.values))
        #expect(child.wait().isSuccess)
    }

    private func settings() -> LaunchSettings {
        LaunchSettings(dataDirectory: bench.dataDirectory, environment: environment)
    }

    private var made: [String] {
        ((try? Directory.entries(settings().virtualEnvironments)) ?? []).filter { !$0.hasPrefix(".lock-") }
    }

    @Test func `one is made once for all who want it at once, and its command runs`() async throws {
        try makeWheel("airbyte-source-tiny", "1.2.3", command: "odd-command")
        let installations = Installations()
        let settings = settings()
        let environment = environment
        let commands = try await withThrowingTaskGroup(of: ConnectorCommand?.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try await Thread.value { () throws(LauncherError) in
                        try ConnectorResolver(settings: settings, tools: ToolRunner(environment: environment)) { line in
                            if line.hasPrefix("Installing airbyte-source-tiny") { installations.add() }
                        }.resolve(ConnectorImage(repository: "pypi:airbyte-source-tiny", tag: "1.2.3")).command
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(installations.count == 1)
        #expect(Set(commands).count == 1)
        #expect(made.count == 1)
        #expect(made.first?.hasPrefix("airbyte-source-tiny-1.2.3-py3.") == true)
        let command = try #require(commands.first ?? nil)
        let pipe = try Pipe()
        var request = ChildRequest(command.executable, command.arguments + ["spec"])
        request.descriptors = [nil, pipe.writer, nil]
        let child = try Child.spawn(request)
        pipe.writer.close()
        #expect(try pipe.reader.readAll(limit: 100) == Array("tiny spec\n".utf8))
        #expect(child.wait().isSuccess)
    }

    @Test func `a failed installation leaves nothing and says what pip said`() async throws {
        try Directory.create("\(settings().virtualEnvironments)/.building-gone-1-py3.9-\(UUID())/lib")
        let settings = settings()
        let environment = environment
        await #expect {
            try await Thread.value { () throws(LauncherError) in
                try ConnectorResolver(settings: settings, tools: ToolRunner(environment: environment))
                    .resolve(ConnectorImage(repository: "pypi:airbyte-source-no-such-thing", tag: "1.0"))
            }
        } throws: { error in
            let error = error as? LauncherError
            return error?.code == .installFailed
                && error?.message.contains("pip could not install airbyte-source-no-such-thing 1.0: exit code 1")
                    == true
                && error?.message.contains("No matching distribution found") == true
        }
        #expect(made.isEmpty)
    }

    @Test func `a package without a command is refused, and the newest version is found`() async throws {
        try makeWheel("airbyte-source-mute", "0.9.0", command: nil)
        try makeWheel("airbyte-source-mute", "0.10.0", command: nil)
        let settings = settings()
        let environment = environment
        #expect(
            try await PyPIVersion.latest(of: "airbyte-source-mute", settings: settings, environment: environment)
                == "0.10.0")
        await #expect {
            try await Thread.value { () throws(LauncherError) in
                try ConnectorResolver(settings: settings, tools: ToolRunner(environment: environment))
                    .resolve(ConnectorImage(repository: "pypi:airbyte-source-mute", tag: "0.9.0"))
            }
        } throws: { error in
            (error as? LauncherError)?.message == "airbyte-source-mute 0.9.0 brings no command, so it is no connector."
        }
        #expect(made.filter { !$0.hasPrefix("pip-") }.isEmpty)
    }

    private final class Installations: Sendable {
        private let number = Mutex(0)
        func add() { number.withLock { $0 += 1 } }
        var count: Int { number.withLock { $0 } }
    }
}
