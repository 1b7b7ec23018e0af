import Glibc
import Posix

/// What the attendant's thread knows of the process it looks after.
struct AttemptWatch {
    let handoff = EventHandoff()
    let commands: AttemptCommands
    private let order: AttemptOrder
    private let child: Child
    private let control: Descriptor
    private let errors: Descriptor
    private let tail = ByteTail(limit: 1 << 16)

    /// Starts the process. On an error nothing is left of it.
    init(_ order: AttemptOrder) throws(LauncherError) {
        self.order = order
        do throws(PosixError) {
            commands = try AttemptCommands(deadline: order.deadline)
            try Directory.create("\(order.jobDirectory)/tmp")
        } catch {
            throw LauncherError(.fileFailed, error)
        }
        do throws(PosixError) {
            let errorPipe = try Pipe()
            let controlPipe = try Pipe()
            let eventPipe = try Pipe(capacity: Pipe.recordCapacity)
            // A process that is stopped must not stop this thread.
            try controlPipe.writer.setNonblocking()
            child = try Child.spawn(
                order.request(errors: errorPipe.writer, control: controlPipe.reader, events: eventPipe.writer))
            control = controlPipe.writer
            errors = errorPipe.reader
            Self.read(eventPipe.reader, into: handoff, commands: commands)
        } catch {
            try? Directory.remove(order.jobDirectory)
            throw LauncherError(.spawnFailed, error)
        }
    }

    /// Returns when the process and all that came of it are dead.
    func run() -> AttemptEnd {
        var outgoing = Frame(.plan, order.plan).bytes[...]
        var errorsAreOpen = true
        var killAt = BootInstant.distantFuture
        var stoppedSince: BootInstant?
        while true {
            let orders = commands.take()
            if orders.deadlineIsNews { outgoing += Frame(.keepAlive, number: orders.deadline.nanoseconds).bytes }
            if orders.cancelIsNews, let grace = orders.cancelGrace {
                outgoing += Frame(.cancel, number: grace.clampedNanoseconds).bytes
                killAt = min(killAt, BootClock.now + grace + order.patience.afterCancel)
            }
            let now = BootClock.now
            stoppedSince = ProcessStatus(pid: child.pid)?.isStopped == true ? stoppedSince ?? now : nil
            let isStopped = stoppedSince.map { now - $0 >= order.patience.whileStopped } ?? false
            if orders.kill || isStopped || now >= min(killAt, orders.deadline + order.patience.afterDeadline) {
                child.signal(.kill)
            }
            let ready = Poll.wait(
                [
                    child.endInterest, .readable(commands.wakeup.descriptor), errorsAreOpen ? .readable(errors) : .none,
                    outgoing.isEmpty ? .none : .writable(control),
                ], until: now + .seconds(1))
            if ready[1] { commands.wakeup.clear() }
            if ready[2] { errorsAreOpen = readErrors() }
            if ready[0] { return cleanUp(errorsAreOpen: errorsAreOpen) }
            if ready[3] { send(&outgoing) }
        }
    }

    /// What does not fit into the pipe stays in `outgoing`; what can no longer be sent is dropped.
    private func send(_ outgoing: inout ArraySlice<UInt8>) {
        let count = try? outgoing.withUnsafeBytes { try control.writeWhatFits($0) }
        outgoing = count.map { outgoing.dropFirst($0) } ?? []
        // A slice keeps all it was cut from, and the plan holds secrets.
        if outgoing.isEmpty { outgoing = [] }
    }

    /// False once the end was met.
    private func readErrors() -> Bool {
        guard let part = try? errors.read(upTo: 1 << 14), !part.isEmpty else { return false }
        tail.append(part)
        return true
    }

    private func cleanUp(errorsAreOpen: Bool) -> AttemptEnd {
        let exit = child.wait()
        control.close()
        while true {
            let survivors = ProcessTree.killMarked(order.mark.everything, ceiling: .seconds(60))
            if survivors.isEmpty { break }
            let list = survivors.map { String($0.pid) }.joined(separator: ", ")
            order.report(
                "Processes of attempt \(order.mark.attempt) do not die, even by SIGKILL: \(list). Still trying.")
        }
        clearContainers()
        var more = errorsAreOpen
        while more { more = readErrors() }
        do throws(PosixError) {
            try Directory.remove(order.jobDirectory)
        } catch {
            order.report("The directory of attempt \(order.mark.attempt) could not be removed. \(error.message)")
        }
        return AttemptEnd(exit: exit, errorTail: tail.text)
    }

    /// Those that the process could not delete any more. An engine that stays away is left to the sweep: what it runs has
    /// lost its pipes, and mostly ends with it.
    private func clearContainers() {
        let records = ContainerRecords(besideJob: order.jobDirectory)
        let tools = ToolRunner(environment: Environment(order.environment))
        let deadline = BootClock.now + order.patience.forContainers
        while true {
            let left = records.of(attemptsNamed: "\(order.mark.attempt).")
            if left.isEmpty { return }
            do throws(LauncherError) {
                return try ContainerRecords.clear(left, tools)
            } catch {
                order.report("Containers of attempt \(order.mark.attempt) cannot be deleted. \(error.message)")
                if BootClock.now >= deadline { return }
                sleep(1)
            }
        }
    }

    private static func read(_ pipe: Descriptor, into handoff: EventHandoff, commands: AttemptCommands) {
        Thread.start {
            var reader = FrameReader(pipe)
            do throws(LauncherError) {
                while let frame = try reader.next() {
                    guard frame.kind == .event else { throw LauncherError(.badFrame, "An attempt sends events only.") }
                    if !handoff.offer(frame.content) { break }
                }
            } catch {
                // Cut short by its death, or senseless: it is over either way.
                commands.kill()
            }
            handoff.finish()
        }
    }
}
