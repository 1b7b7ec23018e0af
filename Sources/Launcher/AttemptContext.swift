import Glibc
package import Posix

/// What an attempt's body works with. Its events and its cancellation may be used from any thread.
package final class AttemptContext: Sendable {
    /// What the worker sent: the body knows how to read it.
    package let plan: [UInt8]
    private let state: GuardState

    init(state: GuardState, plan: [UInt8]) {
        self.state = state
        self.plan = plan
    }

    /// 0700, and removed however the attempt ends.
    package var jobDirectory: String { state.jobDirectory }

    /// What the attempt's process was started with.
    package var environment: Environment { state.environment }

    /// Once true, no connector can be started any more, and those that run have been told to end unless
    /// `stopInOrder` was called.
    package var isCancelled: Bool { state.isCancelled }

    /// Leaves it to the body to stop its connectors when the attempt is cancelled; what is left when the grace is over
    /// is killed all the same.
    package func stopInOrder() { state.stopInOrder() }

    /// Hands an event to the worker; blocks while the worker does not take it.
    package func send(_ event: [UInt8]) throws(LauncherError) { try state.events.write(Frame(.event, event)) }

    /// Puts a file, 0600, into the job directory and returns its path. A name is used once.
    package func writeFile(_ name: String, _ bytes: [UInt8]) throws(LauncherError) -> String {
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/") else {
            throw LauncherError(.fileFailed, "“\(name)” cannot name a file of an attempt.")
        }
        let path = "\(jobDirectory)/\(name)"
        do throws(PosixError) {
            try SecureFile.write(bytes, to: path)
        } catch {
            throw LauncherError(.fileFailed, error)
        }
        return path
    }

    /// Finds, and where needed installs, connectors. `progress` hears what it does, line by line.
    package func resolver(
        _ settings: LaunchSettings, progress: @escaping (String) -> Void = { _ in }
    ) -> ConnectorResolver {
        let state = state
        let tools = ToolRunner(
            environment: LaunchEnvironment.tool(from: state.environment),
            spawn: { request throws(LauncherError) in try state.spawn(request) }, isCancelled: { state.isCancelled })
        return ConnectorResolver(settings: settings, tools: tools, progress: progress)
    }

    /// Starts a connector in the job directory. Main thread only.
    ///
    /// - Parameters:
    ///   - takesInput: gives it a pipe as standard input, else it has an empty one.
    ///   - onErrorLine: gets the lines of its standard error, on a thread of their own, long ones in pieces.
    package func launch(
        _ command: ConnectorCommand, arguments: [String], for job: ConnectorJob, takesInput: Bool = false,
        onErrorLine: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) throws(LauncherError) -> ConnectorProcess {
        let pipes: (input: Pipe?, output: Pipe, errors: Pipe, errorsEnded: Wakeup)
        do throws(PosixError) {
            pipes = (
                takesInput ? try Pipe(capacity: Pipe.recordCapacity) : nil, try Pipe(capacity: Pipe.recordCapacity),
                try Pipe(), try Wakeup()
            )
        } catch {
            throw LauncherError(.spawnFailed, error)
        }
        var request = ChildRequest(command.executable, command.arguments + arguments, directory: jobDirectory)
        request.environment = LaunchEnvironment.connector(
            from: state.environment, job: job, jobDirectory: jobDirectory, mark: state.mark)
        request.environment.merge(command.environment) { $1 }
        request.descriptors = [pipes.input?.reader, pipes.output.writer, pipes.errors.writer]
        request.mark = state.nextConnectorNumber()
        return ConnectorProcess(
            child: try state.spawn(request), mark: request.mark, input: pipes.input?.writer,
            output: pipes.output.reader, errors: pipes.errors.reader, errorsEnded: pipes.errorsEnded,
            onErrorLine: onErrorLine)
    }
}
