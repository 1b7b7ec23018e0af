package import Posix

/// Which process a worker is, and which program it runs.
package struct WorkerIdentity: Hashable, Sendable {
    /// Within one host, pid and start time tell processes apart.
    package let host: String
    package let pid: Int32
    package let processStarted: UInt64
    package let program: String
    package let version: String

    package init(host: String, pid: Int32, processStarted: UInt64, program: String, version: String) {
        self.host = host
        self.pid = pid
        self.processStarted = processStarted
        self.program = program
        self.version = version
    }

    package init(_ process: ProcessIdentity, program: String, version: String) {
        self.init(
            host: process.host, pid: process.pid, processStarted: process.startTime, program: program, version: version)
    }
}
