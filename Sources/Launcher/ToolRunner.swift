package import Posix

/// Runs python and pip.
///
/// In an attempt its processes are the guard's; elsewhere they die with the thread that runs them.
package struct ToolRunner {
    struct Result {
        let exit: ChildExit
        let timedOut: Bool
        /// The last of what it wrote to standard output and error.
        let output: String
    }

    let environment: [String: String]
    let spawn: (ChildRequest) throws(LauncherError) -> Child
    let isCancelled: () -> Bool

    init(
        environment: [String: String], spawn: @escaping (ChildRequest) throws(LauncherError) -> Child,
        isCancelled: @escaping () -> Bool
    ) {
        self.environment = environment
        self.spawn = spawn
        self.isCancelled = isCancelled
    }

    /// Outside an attempt.
    package init(environment: Environment, isCancelled: @escaping () -> Bool = { false }) {
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
        let pipe: Pipe
        do throws(PosixError) {
            pipe = try Pipe()
        } catch {
            throw LauncherError(.spawnFailed, error)
        }
        var request = ChildRequest(executable, arguments, environment: environment)
        request.descriptors = [nil, pipe.writer, pipe.writer]
        let child = try spawn(request)
        pipe.writer.close()
        let tail = ByteTail(limit: limit)
        var lines = LineSplitter(limit: 4096, cuts: true)
        var timedOut = false
        var hasEnded = false
        var end = deadline
        while !(hasEnded && BootClock.now >= end) {
            let ready = Poll.wait(
                [.readable(pipe.reader), hasEnded ? .none : child.endInterest],
                until: min(end, BootClock.now + .milliseconds(200)))
            if ready[0] {
                guard let part = try? pipe.reader.read(upTo: 1 << 14), !part.isEmpty else { break }
                tail.append(part)
                try? lines.append(part) { onLine($0) }
            } else if ready[1] {
                hasEnded = true
                // Whatever it left in its group would keep the pipe open.
                child.signalGroup(.kill)
                end = BootClock.now + .seconds(2)
            }
            if !hasEnded && (BootClock.now >= deadline || isCancelled()) {
                timedOut = true
                child.signalGroup(.kill)
            }
        }
        lines.finish(onLine)
        // It may have closed its output and gone on.
        if child.wait(until: deadline) == nil {
            timedOut = true
            child.signalGroup(.kill)
        }
        let exit = child.wait()
        if isCancelled() { throw LauncherError(.cancelled, "The attempt was cancelled.") }
        return Result(exit: exit, timedOut: timedOut, output: tail.text)
    }
}
