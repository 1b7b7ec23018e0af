import Airbyte
import JSON
package import Posix
package import Time

/// Gathers what a connector answers to a command, and says what it comes to (protocol.md 1.15).
package struct CommandReader: Sendable {
    private let plan: CommandPlan
    private let redactor: Redactor
    private let clock: any WallClock
    private var outcome = CommandOutcome()
    private var trace: FailureReason?

    static let mostLogs = 500

    package init(_ plan: CommandPlan, redactor: Redactor, clock: any WallClock) {
        self.plan = plan
        self.redactor = redactor
        self.clock = clock
    }

    /// The first message of the wanted kind is the answer; of controls the last one counts.
    package mutating func take(_ line: [UInt8]) {
        line.withUnsafeBufferPointer { line in
            var scanner = EnvelopeScanner()
            let envelope = scanner.scan(line)
            switch (plan.command, Message.read(envelope.kind, line)) {
            case (.spec, .spec(let spec)): if outcome.spec == nil { outcome.spec = spec.json }
            case (.check, .connectionStatus(var status)):
                status.message = status.message.map { redactor.redact($0, limit: 50_000) }
                if outcome.status == nil { outcome.status = status }
            case (.discover, .catalog(let catalog)) where plan.role == .source:
                if outcome.catalog == nil { outcome.catalog = catalog }
            case (.discover, .destinationCatalog(let catalog)) where plan.role == .destination:
                if outcome.destinationCatalog == nil { outcome.destinationCatalog = catalog }
            case (_, .control(let config)): outcome.control = config
            case (_, .log(let log)): note(log)
            case (_, .trace(.error(let error))):
                if trace == nil { trace = failure(error) }
            default: if envelope.kind == .garbage, !line.isEmpty { note(LogMessage(unreadable: line)) }
            }
        }
    }

    mutating func note(_ log: LogMessage) {
        if outcome.logs.count >= Self.mostLogs { outcome.logs.removeFirst(Self.mostLogs / 2) }
        let source: LogEntry.Source = plan.role == .source ? .source : .destination
        let text = log.stackTrace.map { "\(log.message)\n\($0)" } ?? log.message
        outcome.logs.append(
            LogEntry(
                timestamp: clock.now.milliseconds, level: log.level == .fatal ? .error : log.level, source: source,
                message: redactor.redact(text, limit: 16384)))
    }

    /// What it comes to, now that the connector has ended.
    package func outcome(exit: ChildExit, timedOut: Bool, errorTail: [UInt8]) -> CommandOutcome {
        var outcome = outcome
        if outcome.isAnswered { return outcome }
        let command = plan.command.rawValue
        if timedOut {
            outcome.failure = FailureReason(
                plan.role.origin, .system,
                "The connector running \(command) did not answer within \(plan.timeoutSeconds) seconds and was stopped.",
                at: clock.now)
        } else if exit.isSuccess, trace == nil {
            outcome.failure = FailureReason(
                .platform, .system,
                "The connector running \(command) exited successfully without an output.", at: clock.now)
        } else {
            outcome.failure = trace ?? exitFailure(exit, errorTail)
        }
        if plan.command == .check, !exit.isSuccess, !timedOut {
            outcome.status = ConnectionStatus(.failed, message: trace?.externalMessage ?? sentence(exit))
        }
        return outcome
    }

    /// The outcome of a command that did not come to its end; an answer that came before counts.
    func failed(_ failure: FailureReason) -> CommandOutcome {
        var outcome = outcome
        if !outcome.isAnswered { outcome.failure = failure }
        return outcome
    }

    private func sentence(_ exit: ChildExit) -> String {
        switch exit {
        case .exited(let code): "The connector running \(plan.command.rawValue) exited with \(code) exit code"
        case .signalled(9):
            "The connector running \(plan.command.rawValue) was killed (signal 9), most likely for want of memory"
        case .signalled(let number): "The connector running \(plan.command.rawValue) was ended by signal \(number)"
        }
    }

    private func exitFailure(_ exit: ChildExit, _ errorTail: [UInt8]) -> FailureReason {
        let tail = redactor.redactEnd(of: errorTail, limit: 4096)
        let message =
            tail.isEmpty ? "\(sentence(exit))." : "\(sentence(exit)). The last it wrote to its error output:\n\(tail)"
        return FailureReason(plan.role.origin, .system, message, at: clock.now)
    }

    private func failure(_ error: TraceError) -> FailureReason {
        FailureReason(
            plan.role.origin, error.kind, redactor.redact(error.message),
            internalMessage: error.internalMessage.map { redactor.redact($0) },
            stacktrace: error.stackTrace.map { redactor.redact($0) }, stream: error.stream, at: clock.now)
    }
}
