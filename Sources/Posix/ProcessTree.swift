internal import CPosix
import Glibc

/// Processes and what came of them.
package enum ProcessTree {
    /// Makes orphans among this process's descendants its own children, so that it can find and reap them.
    package static func becomeSubreaper() throws(PosixError) {
        if cposix_become_subreaper() != 0 { throw PosixError(errno: errno, "become the parent of orphans") }
    }

    /// Every descendant of a process that is there now, ended ones that nobody reaped included.
    package static func descendants(of ancestor: Int32) -> [ProcessStatus] {
        let children = Dictionary(grouping: ProcessStatus.all, by: \.parent)
        var found: [ProcessStatus] = []
        var next = children[ancestor] ?? []
        while let process = next.popLast() {
            found.append(process)
            next += children[process.pid] ?? []
        }
        return found
    }

    /// Kills and reaps **all** children and orphans of this process, again and again until none is left.
    ///
    /// Only for a subreaper at the end of its life: whoever waits for one of them learns no exit. That no child is
    /// left is the kernel's word, and for a subreaper it means that no descendant is. True: none is left. False:
    /// after `ceiling`, some are, held by the kernel (a dead file server) or owned by another user.
    package static func killEverythingBelow(ceiling: Duration = .seconds(300)) -> Bool {
        let end = BootClock.now + ceiling
        let me = getpid()
        while true {
            signal(descendants(of: me), .kill)
            while true {
                let pid = waitpid(-1, nil, WNOHANG)
                if pid < 0 && errno == ECHILD { return true }
                if pid <= 0 { break }
            }
            if BootClock.now > end { return false }
            usleep(2_000)
        }
    }

    /// Sends a signal to each of these processes, unless its number has gone to another one since it was seen.
    package static func signal(_ processes: [ProcessStatus], _ signal: Signal) {
        for process in processes where !process.isGone {
            let handle = cposix_pidfd_open(process.pid)
            if handle < 0 { continue }
            let owner = Descriptor(owning: handle)
            // The handle holds one process; only now can it be said that it is still the one that was seen.
            if ProcessStatus(pid: process.pid)?.startTime == process.startTime {
                _ = cposix_pidfd_signal(owner.raw, signal.rawValue)
            }
        }
    }

    /// Every process that carries the mark, except this one.
    package static func processes(marked mark: ProcessMark) -> [ProcessStatus] {
        let me = getpid()
        return ProcessStatus.pids.compactMap { pid in
            guard pid != me, mark.marks(pid) else { return nil }
            return ProcessStatus(pid: pid)
        }
    }

    /// Kills every process that carries the mark until none lives; returns those that outlived `ceiling`.
    ///
    /// Marked orphans that this process adopted are reaped. None of its own children may carry the mark any more.
    package static func killMarked(_ mark: ProcessMark, ceiling: Duration = .seconds(300)) -> [ProcessStatus] {
        let end = BootClock.now + ceiling
        let me = getpid()
        var quiet = 0
        while true {
            let marked = processes(marked: mark)
            let living = marked.filter { !$0.isGone }
            for process in marked where process.isGone && process.parent == me { waitpid(process.pid, nil, WNOHANG) }
            // A list of /proc is no snapshot: a process that forks and ends while it is read can slip through once.
            quiet = living.isEmpty ? quiet + 1 : 0
            if quiet == 2 { return [] }
            if BootClock.now > end { return living }
            signal(living, .kill)
            if !living.isEmpty { usleep(2_000) }
        }
    }
}
