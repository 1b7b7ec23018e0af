internal import CPosix
import Glibc
import Synchronization

/// A process that this one started, in a session of its own, with default signals and no foreign descriptor.
///
/// Whoever starts it waits for it (`wait` or `exit`), or a zombie stays. Nothing else may reap it. It is signalled
/// through a handle that stays its own, so never does a signal reach a stranger that got its number.
package final class Child: Sendable {
    package let pid: Int32
    private let handle: Descriptor
    private let reaped = Mutex<ChildExit?>(nil)

    private init(pid: Int32, handle: Descriptor) {
        self.pid = pid
        self.handle = handle
    }

    /// Starts it; returns when the program has been loaded, and throws if it could not be.
    package static func spawn(_ request: ChildRequest) throws(PosixError) -> Child {
        if request.arguments.contains(where: { $0.utf8.contains(0) }) {
            throw PosixError(.other, "An argument of \(request.executable) holds a zero byte.")
        }
        let variables = request.environment.filter { !$0.key.utf8.contains(0) && !$0.value.utf8.contains(0) }
        let descriptors = request.descriptors.map { $0?.raw ?? -1 }
        var failure = cposix_spawn_failure()
        let pid = withCStrings([request.executable] + request.arguments) { arguments in
            withCStrings(variables.map { "\($0.key)=\($0.value)" }) { environment in
                request.executable.withCString { path in
                    withOptionalCString(request.directory) { directory in
                        descriptors.withUnsafeBufferPointer { descriptors in
                            var call = cposix_spawn_request()
                            call.path = path
                            call.arguments = arguments
                            call.environment = environment
                            call.directory = directory
                            call.descriptors = descriptors.baseAddress
                            call.descriptor_count = Int32(descriptors.count)
                            call.dies_with_thread = request.diesWithThread ? 1 : 0
                            call.no_new_privileges = request.noNewPrivileges ? 1 : 0
                            call.lock_limit = request.mark
                            return cposix_spawn(&call, &failure)
                        }
                    }
                }
            }
        }
        withExtendedLifetime(request) {}
        guard pid > 0 else { throw failed(request, failure) }
        let handle = cposix_pidfd_open(pid)
        guard handle >= 0 else {
            let error = errno
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw PosixError(errno: error, "watch the process of \(request.executable)")
        }
        return Child(pid: pid, handle: Descriptor(owning: handle))
    }

    /// Becomes readable when the process has ended; for a thread that polls several things.
    package var endInterest: Poll.Interest { .readable(handle) }

    /// Blocks until it has ended.
    package func wait() -> ChildExit {
        while true {
            if let exit = wait(until: .distantFuture) { return exit }
        }
    }

    /// Blocks until it has ended; nil when `deadline` passed first.
    package func wait(until deadline: BootInstant) -> ChildExit? {
        if let exit = reaped.withLock({ $0 }) { return exit }
        guard Poll.wait([endInterest], until: deadline) == [true] else { return nil }
        return reaped.withLock { reaped in
            if let reaped { return reaped }
            var code: Int32 = 0
            var status: Int32 = 0
            let exit: ChildExit
            if cposix_pidfd_wait(handle.raw, &code, &status) != 0 {
                // Somebody else reaped it, against the rule above: how it ended is lost, that it ended is not.
                exit = .exited(255)
            } else {
                exit = code == Int32(CLD_EXITED) ? .exited(status) : .signalled(status)
            }
            reaped = exit
            return exit
        }
    }

    /// Waits without holding a thread of the pool.
    package func exit() async -> ChildExit {
        await Thread.value { self.wait() }
    }

    /// Sends a signal to the process alone; one that has ended is left in peace.
    package func signal(_ signal: Signal) {
        _ = cposix_pidfd_signal(handle.raw, signal.rawValue)
    }

    /// Sends a signal to every process of its group, as long as it has not been waited for.
    package func signalGroup(_ signal: Signal) {
        reaped.withLock { reaped in
            if reaped == nil { kill(-pid, signal.rawValue) }
        }
    }

    private static func failed(_ request: ChildRequest, _ failure: cposix_spawn_failure) -> PosixError {
        let doing =
            switch failure.stage {
            case Int32(cposix_stage_directory.rawValue): "enter \(request.directory ?? ".")"
            case Int32(cposix_stage_exec.rawValue): "run \(request.executable)"
            case Int32(cposix_stage_descriptors.rawValue): "set up the pipes of \(request.executable)"
            default: "start a process for \(request.executable)"
            }
        return PosixError(errno: failure.error, doing)
    }
}

/// Lends the strings as the null-terminated array that exec wants.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
) -> Result {
    var copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    copies.append(nil)
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeBufferPointer { body($0.baseAddress) }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
}
