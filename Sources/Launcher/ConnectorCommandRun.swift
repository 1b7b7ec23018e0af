package import Posix

/// Runs a connector once for its answer: spec, check or discover.
package enum ConnectorCommandRun {
    package struct Result: Sendable {
        package let exit: ChildExit
        /// It was still running at the deadline and was killed.
        package let timedOut: Bool
        package let errorTail: [UInt8]
        /// What ended it, where that was not the connector itself.
        package let fault: LauncherError?
    }

    /// The longest line, a catalog of thousands of streams, and the most in all, garbage included.
    package static let lineLimit = 64 << 20
    package static let outputLimit = 256 << 20

    /// Hands each line of its standard output to `onLine`; returns when it and all that came of it have ended.
    ///
    /// A cancelled attempt ends it too: then `context.isCancelled` is true. More output than the limits allow, and
    /// whatever `onLine` throws, kills it and is thrown.
    package static func run(
        _ context: AttemptContext, _ program: ConnectorProgram, _ words: [ConnectorWord], for job: ConnectorJob,
        deadline: BootInstant, onErrorLine: @escaping @Sendable ([UInt8]) -> Void = { _ in },
        onLine: ([UInt8]) throws -> Void
    ) throws -> Result {
        let process = try context.launch(program, words, for: job, onErrorLine: onErrorLine)
        defer { process.killTree() }
        var lines = LineSplitter(limit: lineLimit, cuts: false)
        var total = 0
        var timedOut = false
        var hasEnded = false
        while true {
            let ready = Poll.wait(
                [.readable(process.output), hasEnded ? .none : process.child.endInterest],
                until: timedOut ? .distantFuture : deadline)
            if ready[0] {
                let part = try process.output.read(upTo: 1 << 16)
                if part.isEmpty { break }
                total += part.count
                if total > outputLimit {
                    throw LauncherError(.tooMuchOutput, "The connector wrote more than \(outputLimit) bytes.")
                }
                try lines.append(part, onLine)
            } else if ready[1] {
                // What it left running may hold the pipe open for ever.
                hasEnded = true
                process.killTree()
            }
            if !timedOut && BootClock.now >= deadline {
                timedOut = true
                process.killTree()
            }
        }
        try lines.finish(onLine)
        // It may have closed its output and gone on.
        var exit = process.wait(until: deadline)
        if exit == nil {
            timedOut = true
            process.killTree()
            exit = process.wait()
        }
        process.killTree()
        _ = process.waitForErrors(until: BootClock.now + .seconds(5))
        return Result(
            exit: exit ?? .signalled(9), timedOut: timedOut, errorTail: process.errorTail,
            fault: timedOut ? nil : process.fault)
    }
}
