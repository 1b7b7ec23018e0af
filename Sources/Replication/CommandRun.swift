import Airbyte
import JSON
import Launcher
import Posix
import Synchronization
import Time

/// Asks a connector one question and sends its answer as the last event. Main thread only.
struct CommandRun {
    let context: AttemptContext
    let plan: CommandPlan
    let send: @Sendable (ReplicationEvent) -> Void

    func run() {
        let redactor = Redactor(plan.secrets)
        let reader = Mutex(CommandReader(plan, redactor: redactor, clock: SystemClock()))
        do {
            send(.answered(try ask(reader)))
        } catch {
            let failure: FailureReason
            let now = SystemClock().now
            if context.isCancelled {
                failure = FailureReason(.platform, .cancelled, "The \(plan.command.rawValue) was cancelled.", at: now)
            } else if let error = error as? LauncherError {
                failure = FailureReason(
                    error.origin(of: plan.role), error.failureKind, redactor.redact(error.message), at: now)
            } else {
                failure = FailureReason(.platform, .system, redactor.redact("\(error)"), at: now)
            }
            send(.answered(reader.withLock { $0.failed(failure) }))
        }
    }

    private func ask(_ reader: borrowing Mutex<CommandReader>) throws -> CommandOutcome {
        let settings = LaunchSettings(
            dataDirectory: context.environment["SWIFTLET_DATA"] ?? context.jobDirectory,
            environment: context.environment)
        let image = ConnectorImage(plan.image)
        let installing = LastLines()
        let program = try context.resolver(settings) { installing.add(Array($0.utf8)) }.resolve(image)
        for line in installing.take() { reader.withLock { $0.note(LogMessage(.info, line)) } }
        var words: [ConnectorWord] = [.word(plan.command.rawValue)]
        if let config = plan.config { words += ["--config", .file("connectionConfiguration.json", config.bytes)] }
        let errors = LastLines()
        let result = try ConnectorCommandRun.run(
            context, program, words,
            for: ConnectorJob(image: image, id: "command", attempt: 0, limits: plan.limits ?? ContainerLimits()),
            deadline: BootClock.now + .seconds(plan.timeoutSeconds), onErrorLine: errors.add
        ) { line in
            reader.withLock { $0.take(line) }
        }
        for line in errors.take() { reader.withLock { $0.note(LogMessage(.error, line)) } }
        if context.isCancelled { throw LauncherError(.cancelled, "The \(plan.command.rawValue) was cancelled.") }
        if let fault = result.fault { throw fault }
        return reader.withLock {
            $0.outcome(exit: result.exit, timedOut: result.timedOut, errorTail: result.errorTail)
        }
    }
}

/// The last lines of what a process wrote, from the thread that reads it.
private final class LastLines: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: [UInt8]) {
        lines.withLock { lines in
            if lines.count >= CommandReader.mostLogs { lines.removeFirst(CommandReader.mostLogs / 2) }
            if !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
        }
    }

    func take() -> [String] { lines.withLock { $0 } }
}
