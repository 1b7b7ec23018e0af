package import Posix

/// Runs python, pip and container engines.
///
/// In an attempt its processes are the guard's; elsewhere they die with the thread that runs them.
package struct ToolRunner: Sendable {
    struct Result {
        let exit: ChildExit
        let timedOut: Bool
        /// The last of what it wrote to standard output and error.
        let output: String
        /// The last of what it wrote to standard output alone.
        let answer: String
    }

    let environment: [String: String]
    let spawn: @Sendable (ChildRequest) throws(LauncherError) -> Child
    let isCancelled: @Sendable () -> Bool

    init(
        environment: [String: String], spawn: @escaping @Sendable (ChildRequest) throws(LauncherError) -> Child,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        self.environment = environment
        self.spawn = spawn
        self.isCancelled = isCancelled
    }

    /// Outside an attempt.
    package init(environment: Environment, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        self.init(
            environment: LaunchEnvironment.tool(from: environment),
            spawn: { request throws(LauncherError) in
                var request = request
                request.diesWithThread = true
                do throws(PosixError) {
                    return try Child.spawn(request)
                } catch {
                    throw LauncherError(error.code == .notFound ? .notFound : .spawnFailed, error)
                }
            }, isCancelled: isCancelled)
    }

    /// Waits for its end, or kills it and its group at the deadline. A cancelled attempt is thrown as `cancelled`.
    func run(
        _ executable: String, _ arguments: [String], until deadline: BootInstant, keeping limit: Int = 1 << 20,
        onLine: ([UInt8]) -> Void = { _ in }
    ) throws(LauncherError) -> Result {
        let pipes: (output: Pipe, errors: Pipe)
        do throws(PosixError) {
            pipes = (try Pipe(), try Pipe())
        } catch {
            throw LauncherError(.spawnFailed, error)
        }
        var request = ChildRequest(executable, arguments, environment: environment)
        request.descriptors = [nil, pipes.output.writer, pipes.errors.writer]
        let child = try spawn(request)
        pipes.output.writer.close()
        pipes.errors.writer.close()
        var readers = [pipes.output.reader, pipes.errors.reader].map(Optional.some)
        var lines = readers.map { _ in LineSplitter(limit: 4096, cuts: true) }
        let tail = ByteTail(limit: limit)
        let answer = ByteTail(limit: limit)
        var timedOut = false
        var hasEnded = false
        var end = deadline
        while readers.contains(where: { $0 != nil }), !(hasEnded && BootClock.now >= end) {
            let ready = Poll.wait(
                readers.map { $0.map { .readable($0) } ?? .none } + [hasEnded ? .none : child.endInterest],
                until: min(end, BootClock.now + .milliseconds(200)))
            for index in readers.indices where ready[index] {
                guard let part = try? readers[index]?.read(upTo: 1 << 14), !part.isEmpty else {
                    readers[index] = nil
                    continue
                }
                tail.append(part)
                if index == 0 { answer.append(part) }
                try? lines[index].append(part) { onLine($0) }
            }
            if ready == [false, false, true] {
                hasEnded = true
                // Whatever it left in its group would keep the pipes open.
                child.signalGroup(.kill)
                end = BootClock.now + .seconds(2)
            }
            if !hasEnded && (BootClock.now >= deadline || isCancelled()) {
                timedOut = true
                child.signalGroup(.kill)
            }
        }
        for index in lines.indices { lines[index].finish(onLine) }
        // It may have closed its output and gone on.
        if child.wait(until: deadline) == nil {
            timedOut = true
            child.signalGroup(.kill)
        }
        let exit = child.wait()
        if isCancelled() { throw LauncherError(.cancelled, "The attempt was cancelled.") }
        return Result(exit: exit, timedOut: timedOut, output: tail.text, answer: answer.text)
    }
}
