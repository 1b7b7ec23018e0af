import Glibc
package import Posix

/// A connector that runs, with its pipes and everything that came of it.
package final class ConnectorProcess: Sendable {
    /// Its standard input; nil where it has none. Closing it tells the connector that nothing follows.
    package let input: Descriptor?
    package let output: Descriptor
    package let child: Child
    private let mark: UInt64
    /// What `child` is attached to.
    private let container: RunningContainer?
    private let tail = ByteTail(limit: 1 << 16)
    private let errorsEnded: Wakeup

    init(
        child: Child, mark: UInt64, container: RunningContainer?, input: Descriptor?, output: Descriptor,
        errors: Descriptor, errorsEnded: Wakeup,
        onErrorLine: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.child = child
        self.mark = mark
        self.container = container
        self.input = input
        self.output = output
        self.errorsEnded = errorsEnded
        let tail = tail
        // Always read: a connector whose standard error is full stops.
        Thread.start {
            var lines = LineSplitter(limit: 1 << 16, cuts: true)
            while let part = try? errors.read(upTo: 1 << 16), !part.isEmpty {
                tail.append(part)
                try? lines.append(part, onErrorLine)
            }
            lines.finish(onErrorLine)
            errorsEnded.signal()
        }
    }

    /// The last 64 KB of its standard error. All of it once `waitForErrors` has returned true.
    package var errorTail: [UInt8] { tail.bytes }

    /// How it ended; nil when `deadline` passed first.
    package func wait(until deadline: BootInstant = .distantFuture) -> ChildExit? {
        guard let exit = child.wait(until: deadline) else { return nil }
        return container?.exit(after: exit) { String(decoding: errorTail.suffix(4096), as: UTF8.self) } ?? exit
    }

    /// What ended it, where that was not the connector itself but its container or the engine. Known once it has ended.
    package var fault: LauncherError? { container?.fault }

    /// Waits until the last line of its standard error was handed out; false when `deadline` passed first.
    package func waitForErrors(until deadline: BootInstant) -> Bool {
        Poll.wait([.readable(errorsEnded.descriptor)], until: deadline) == [true]
    }

    /// Asks it and all its descendants to end, kills them after `grace`, and returns how it itself ended.
    package func terminate(grace: Duration) -> ChildExit {
        if let container {
            // The engine's program hands on no signal once its engine has gone.
            container.stop(grace: grace)
            _ = child.wait(until: BootClock.now + .seconds(2))
        } else {
            ProcessTree.signal(tree(), .terminate)
            _ = child.wait(until: BootClock.now + grace)
        }
        killTree()
        return wait() ?? .signalled(9)
    }

    /// Kills it and all that came of it, daemons in sessions of their own included, until none is left.
    package func killTree() {
        if let container {
            // While it is there to be asked.
            _ = wait(until: BootClock.now)
            // Before the program attached to it, at whose death the connector would meet the end of its input: a
            // destination takes that for the end of the records and keeps a part as if it were all.
            container.remove()
        }
        var quiet = 0
        while quiet < 2 {
            let living = tree()
            ProcessTree.signal(living, .kill)
            quiet = living.isEmpty ? quiet + 1 : 0
            if !living.isEmpty { usleep(2_000) }
        }
    }

    /// Its number marks what left its session or lost its parents; kin and session mark what a sandbox left unnumbered.
    private func tree() -> [ProcessStatus] {
        let all = ProcessTree.descendants(of: getpid())
        let kin = Set(ProcessTree.descendants(of: child.pid).map(\.pid))
        return all.filter { process in
            !process.isGone
                && (process.pid == child.pid || process.session == child.pid || kin.contains(process.pid)
                    || ProcessMark.number(of: process.pid) == mark)
        }
    }
}
