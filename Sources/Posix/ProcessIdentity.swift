internal import CPosix
import Glibc

/// One process among all that ever ran, on any host.
package struct ProcessIdentity: Hashable, Sendable {
    package let pid: Int32
    package let startTime: UInt64
    package let bootID: String
    /// Which pid namespace the pid counts in: two containers of one machine differ here.
    package let pidNamespace: String
    package let hostname: String

    /// Within one scope, pid and start time tell processes apart, and `isAlive` gives a true answer.
    package var host: String { "\(bootID)/\(pidNamespace)" }

    /// This process.
    package static var current: ProcessIdentity {
        let pid = getpid()
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let bootID = ProcessStatus.contents("/proc/sys/kernel/random/boot_id", limit: 64) ?? []
        var namespace = stat()
        stat("/proc/self/ns/pid", &namespace)
        return ProcessIdentity(
            pid: pid, startTime: ProcessStatus(pid: pid)?.startTime ?? 0,
            bootID: String(decoding: bootID.prefix { $0 > 32 }, as: UTF8.self),
            pidNamespace: String(namespace.st_ino),
            hostname: String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Whether that very process still runs in this scope. One that has ended but was not reaped does not.
    package static func isAlive(pid: Int32, startTime: UInt64) -> Bool {
        guard let status = ProcessStatus(pid: pid) else { return false }
        return status.startTime == startTime && !status.isGone
    }

    /// Keeps other processes of this user from reading this one's memory and environment, and core files from being
    /// written: both hold secrets. Children that run another program are not affected.
    package static func hideMemory() { _ = cposix_hide_memory() }
}
