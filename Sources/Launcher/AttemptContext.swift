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

    /// Starts a connector, in the job directory or in a container. Main thread only.
    ///
    /// - Parameters:
    ///   - takesInput: gives it a pipe as standard input, else it has an empty one.
    ///   - onErrorLine: gets the lines of its standard error, on a thread of their own, long ones in pieces.
    package func launch(
        _ program: ConnectorProgram, _ words: [ConnectorWord], for job: ConnectorJob, takesInput: Bool = false,
        onErrorLine: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) throws(LauncherError) -> ConnectorProcess {
        let number = state.nextConnector()
        var request: ChildRequest
        var container: RunningContainer?
        switch program {
        case .command(let command):
            for case .file(let name, let bytes) in words { try writeFile(name, bytes) }
            request = ChildRequest(
                command.executable, command.arguments + words.map { $0.word(in: jobDirectory) }, directory: jobDirectory
            )
            request.environment = LaunchEnvironment.connector(
                from: state.environment, job: job, jobDirectory: jobDirectory, mark: state.mark)
            request.environment.merge(command.environment) { $1 }
        case .container(let image):
            let made = try ContainerLaunch(program: image, state: state, job: job, number: number).prepare(words)
            request = made.attachment
            request.environment = LaunchEnvironment.tool(from: state.environment)
            container = made
        }
        do throws(LauncherError) {
            return try start(&request, number, container, takesInput: takesInput, onErrorLine)
        } catch {
            container?.remove()
            throw error
        }
    }

    private func start(
        _ request: inout ChildRequest, _ number: Int, _ container: RunningContainer?, takesInput: Bool,
        _ onErrorLine: @escaping @Sendable ([UInt8]) -> Void
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
        request.descriptors = [pipes.input?.reader, pipes.output.writer, pipes.errors.writer]
        request.mark = state.mark.number(ofConnector: number)
        return ConnectorProcess(
            child: try state.spawn(request, mayGainPrivileges: container != nil), mark: request.mark,
            container: container, input: pipes.input?.writer, output: pipes.output.reader, errors: pipes.errors.reader,
            errorsEnded: pipes.errorsEnded, onErrorLine: onErrorLine)
    }

    private func writeFile(_ name: String, _ bytes: [UInt8]) throws(LauncherError) {
        do throws(PosixError) {
            try SecureFile.write(bytes, to: "\(jobDirectory)/\(name)")
        } catch {
            throw LauncherError(.fileFailed, error)
        }
    }
}
