import Glibc
import Posix

/// What `ps` shows of processes.
package enum CommandLines {
    /// The words of one process's command line; empty where it has gone.
    package static func of(_ pid: Int32) -> [String] {
        let bytes = (try? SecureFile.read("/proc/\(pid)/cmdline", limit: 1 << 20)) ?? []
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Those of every process that can be seen.
    package static var all: [String] {
        ProcessStatus.all.map { of($0.pid).joined(separator: " ") }
    }
}
