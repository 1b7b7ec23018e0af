import Glibc
import Posix
import Synchronization

/// What the two threads of an attempt's process share.
final class GuardState: Sendable {
    let mark: OwnerMark
    let jobDirectory: String
    let environment: Environment
    let firstDeadline: BootInstant
    let control: Descriptor
    let events: FrameWriter
    private let plan = Mutex<[UInt8]?>(nil)
    private let planCame = Semaphore()
    private let ending = Semaphore(1)
    private let processes = Mutex(Processes())

    private struct Processes {
        /// Those that somebody here waits for; every other child is an orphan.
        var own: Set<Int32> = []
        var cancelled = false
        var stopsInOrder = false
        var closed = false
        var connectors = 0
    }

    /// Takes what the worker left in the environment and in descriptors 3 and 4; throws where it did not.
    init(environment: Environment) throws(LauncherError) {
        guard let owner = environment[OwnerMark.ownerVariable], let attempt = environment[OwnerMark.attemptVariable],
            let directory = environment[AttemptOrder.jobDirectoryVariable],
            let deadline = environment[AttemptOrder.deadlineVariable].flatMap({ Int64($0) }),
            fcntl(AttemptOrder.controlDescriptor, F_GETFD) >= 0, fcntl(AttemptOrder.eventDescriptor, F_GETFD) >= 0
        else {
            throw LauncherError(.notAllowed, "An attempt is started by a worker, not by hand.")
        }
        mark = try OwnerMark(owner: owner, attempt: attempt)
        jobDirectory = directory
        firstDeadline = BootInstant(nanoseconds: deadline)
        self.environment = environment
        control = Descriptor(owning: AttemptOrder.controlDescriptor)
        let eventPipe = Descriptor(owning: AttemptOrder.eventDescriptor)
        events = FrameWriter(eventPipe)
        do throws(PosixError) {
            try control.setCloseOnExec()
            try eventPipe.setCloseOnExec()
        } catch {
            throw LauncherError(.spawnFailed, error)
        }
    }

    func receive(plan bytes: [UInt8]) {
        plan.withLock { $0 = bytes }
        planCame.signal()
    }

    /// Blocks until it has come; a worker that never sends it lets the deadline pass.
    func waitForPlan() -> [UInt8] {
        planCame.wait()
        return plan.withLock { plan in
            defer { plan = nil }
            return plan ?? []
        }
    }

    var isCancelled: Bool { processes.withLock { $0.cancelled } }

    /// From here on no process is started. Answers whether the processes are to be told to end at once.
    func cancel() -> Bool {
        processes.withLock { processes in
            processes.cancelled = true
            return !processes.stopsInOrder
        }
    }

    func stopInOrder() { processes.withLock { $0.stopsInOrder = true } }

    /// Starts a process that dies with this one. Only on the main thread, whose death is the process's.
    ///
    /// - Parameter mayGainPrivileges: for a container engine's program, which may have to enter namespaces.
    func spawn(_ request: ChildRequest, mayGainPrivileges: Bool = false) throws(LauncherError) -> Child {
        guard Thread.isMain else {
            throw LauncherError(.spawnFailed, "A process of an attempt is started on its main thread only.")
        }
        var request = request
        request.diesWithThread = true
        request.noNewPrivileges = !mayGainPrivileges
        let result = processes.withLock { processes -> Result<Child, LauncherError> in
            if processes.cancelled || processes.closed {
                return .failure(LauncherError(.cancelled, "The attempt was cancelled."))
            }
            do throws(PosixError) {
                let child = try Child.spawn(request)
                processes.own.insert(child.pid)
                return .success(child)
            } catch {
                return .failure(LauncherError(error.code == .notFound ? .notFound : .spawnFailed, error))
            }
        }
        return try result.get()
    }

    /// Runs a container engine's program: on any thread, and also to clear up when the attempt was cancelled.
    var engineTools: ToolRunner {
        ToolRunner(
            environment: LaunchEnvironment.tool(from: environment),
            spawn: { [self] request throws(LauncherError) in
                let result = processes.withLock { processes -> Result<Child, LauncherError> in
                    do throws(PosixError) {
                        let child = try Child.spawn(request)
                        processes.own.insert(child.pid)
                        return .success(child)
                    } catch {
                        return .failure(LauncherError(.spawnFailed, error))
                    }
                }
                return try result.get()
            }, isCancelled: { false })
    }

    /// Counts the attempt's connectors.
    func nextConnector() -> Int {
        processes.withLock { processes in
            defer { processes.connectors += 1 }
            return processes.connectors
        }
    }

    /// Reaps ended processes that this one adopted.
    func reapOrphans(among descendants: [ProcessStatus]) {
        let me = getpid()
        processes.withLock { processes in
            for process in descendants where process.isGone && process.parent == me {
                if !processes.own.contains(process.pid) { waitpid(process.pid, nil, WNOHANG) }
            }
        }
    }

    /// Kills everything, removes the job directory, and ends the process. The first thread that comes decides the code.
    func end(_ exit: GuardExit) -> Never {
        ending.wait()
        processes.withLock { $0.closed = true }
        let containers = ContainerRecords(besideJob: jobDirectory).of(attemptsNamed: "\(mark.attempt).")
        // Before the programs attached to them: see `ConnectorProcess.killTree`.
        ContainerRecords.kill(containers, engineTools)
        let clean = ProcessTree.killEverythingBelow()
        // What fails here the worker tries again.
        try? ContainerRecords.clear(containers, engineTools)
        try? Directory.remove(jobDirectory)
        _exit(clean ? exit.rawValue : GuardExit.survivors.rawValue)
    }
}
