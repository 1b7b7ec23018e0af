import Glibc
import Launcher
import Posix
import Synchronization

/// Does what the first word of its plan says, with the rest as a shell script where it needs a connector.
struct FixtureAttempt {
    let context: AttemptContext
    let job = ConnectorJob(image: ConnectorImage(repository: "exec:fixture", tag: "dev"), id: "7", attempt: 2)

    func run() throws {
        let plan = String(decoding: context.plan, as: UTF8.self)
        let words = plan.split(separator: " ", maxSplits: 1)
        let script = words.count > 1 ? String(words[1]) : ""
        try say("guard \(getpid())")
        switch words[0] {
        case "shell": try relay(shell(script))
        case "env": try relay(ConnectorCommand(executable: "/usr/bin/env", environment: ["EXTRA": "yes"]))
        case "missing": try relay(ConnectorCommand(executable: "/no/such/connector"))
        case "answer": try answer(script, within: .seconds(30))
        case "late": try answer(script, within: .milliseconds(300))
        case "flood": try flood(Int(script) ?? 0)
        case "pair": try pair(script)
        case "file": try file(script)
        case "image": try image(script)
        case "stopped-image": try image(script) { _ = $0.terminate(grace: .seconds(20)) }
        case "killed-image": try image(script) { $0.killTree() }
        case "throw": throw LauncherError(.notFound, "The body gave up.")
        case "trap": abort()
        default: throw LauncherError(.unsupported, "No such plan.")
        }
    }

    private func shell(_ script: String) -> ConnectorCommand {
        ConnectorCommand(executable: "/bin/sh", arguments: ["-c", script])
    }

    /// An image and, behind a space, the script for its shell; $0 is a file that holds a secret. Its input stays open.
    ///
    /// - Parameter whenReady: called once it has written `ready`.
    private func image(_ text: String, whenReady: @escaping @Sendable (ConnectorProcess) -> Void = { _ in }) throws {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        let colon = parts[0].lastIndex(of: ":") ?? parts[0].endIndex
        let image = ConnectorImage(
            repository: String(parts[0][..<colon]), tag: String(parts[0][colon...].dropFirst()))
        let settings = LaunchSettings(
            dataDirectory: context.environment["SWIFTLET_DATA"] ?? "", environment: context.environment)
        do {
            let program = try context.resolver(settings) { try? say("progress \($0)") }.resolve(image)
            try relay(
                program, ["-c", .word(parts[1]), .file("config.json", Array("a-secret-in-a-file".utf8))],
                takesInput: true, whenReady: whenReady)
        } catch let error as LauncherError {
            try say("refused \(error.code) \(error.message)")
        }
    }

    private func relay(_ command: ConnectorCommand, _ words: [ConnectorWord] = []) throws {
        try relay(.command(command), words)
    }

    private func relay(
        _ program: ConnectorProgram, _ words: [ConnectorWord], takesInput: Bool = false,
        whenReady: @escaping @Sendable (ConnectorProcess) -> Void = { _ in }
    ) throws {
        let counter = Counter()
        let process = try context.launch(program, words, for: job, takesInput: takesInput) { _ in
            counter.add()
        }
        var line: [UInt8] = []
        while true {
            let part = try process.output.read(upTo: 1 << 16)
            if part.isEmpty { break }
            for byte in part {
                if byte == 10 {
                    try context.send(line)
                    if line == Array("ready".utf8) { Thread.start { whenReady(process) } }
                    line = []
                } else {
                    line.append(byte)
                }
            }
        }
        let exit = process.wait()
        _ = process.waitForErrors(until: BootClock.now + .seconds(10))
        try say("errors \(counter.value) \(process.errorTail.count)")
        if let fault = process.fault { try say("fault \(fault.code) \(fault.message)") }
        try say("exit \(exit.map { "\($0)" } ?? "none") cancelled \(context.isCancelled)")
    }

    private func answer(_ script: String, within limit: Duration) throws {
        let result = try ConnectorCommandRun.run(
            context, .command(shell(script)), [], for: job, deadline: BootClock.now + limit
        ) { try context.send($0) }
        try say("result \(result.exit) late \(result.timedOut)")
    }

    private func flood(_ count: Int) throws {
        for index in 0..<count { try context.send(Array("\(index)".utf8) + [UInt8](repeating: 32, count: 50_000)) }
    }

    /// Two connectors with daemons; only the first is ended.
    private func pair(_ script: String) throws {
        let first = try context.launch(.command(shell(script)), [], for: job)
        let second = try context.launch(.command(shell(script)), [], for: job)
        let daemons = try [first, second].map {
            String(decoding: try $0.output.read(upTo: 32).dropLast(), as: UTF8.self)
        }
        try say("first \(first.terminate(grace: .milliseconds(50)))")
        for daemon in daemons {
            let status = Int32(daemon).flatMap { ProcessStatus(pid: $0) }
            try say("daemon \(status.map { !$0.isGone } ?? false)")
        }
        try say("second \(second.wait(until: BootClock.now) == nil)")
    }

    private func file(_ script: String) throws {
        // The shell's $0.
        try relay(
            shell("stat -c '%a' \"$0\" '\(context.jobDirectory)'; \(script)"),
            [.file("config.json", Array("{}".utf8))])
    }

    private func say(_ text: String) throws { try context.send(Array(text.utf8)) }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        func add() { count.withLock { $0 += 1 } }
        var value: Int { count.withLock { $0 } }
    }
}
