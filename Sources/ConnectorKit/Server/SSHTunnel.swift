import Glibc
import JSON
import Posix
import SQL
import Synchronization

/// A way to a server through an SSH host, kept open by the system's `ssh` until the last reference to it is gone.
///
/// `ssh` dies with this process, however that ends. What is left then is a directory without secrets.
package final class SSHTunnel: Sendable {
    /// The server at the other end.
    struct Target: Sendable {
        let host: String
        let port: Int
        /// A driver that encrypts needs a port: libpq speaks no TLS over a socket of the file system.
        let needsPort: Bool
    }

    /// Where the tunnel begins on this machine.
    enum Entrance: Sendable {
        /// Holds a socket named as libpq wants it, which nobody else can reach.
        case socket(directory: String)
        case port(Int)
    }

    let entrance: Entrance
    private let options: TunnelOptions
    private let target: Target
    private let process: SSHProcess
    private let directory: TunnelDirectory

    private init(
        _ entrance: Entrance, _ options: TunnelOptions, _ target: Target, _ process: SSHProcess,
        _ directory: TunnelDirectory
    ) {
        self.entrance = entrance
        self.options = options
        self.target = target
        self.process = process
        self.directory = directory
    }

    deinit { process.end() }

    var isOpen: Bool { !process.hasEnded }

    /// Blocks until the tunnel is open.
    static func open(_ options: TunnelOptions, _ target: Target) throws -> SSHTunnel {
        let search = getenv("PATH").map { String(cString: $0) } ?? ""
        guard let program = Program.find("ssh", in: search + ":/usr/bin:/bin") else {
            throw ConnectorError(
                .system, "A tunnel needs the program ssh, which is not there; install openssh-client on the worker.")
        }
        // Another program may take a free port before ssh does.
        var attempt = 0
        while true {
            attempt += 1
            let directory = try TunnelDirectory()
            let entrance = try target.needsPort ? Entrance.port(freePort()) : .socket(directory: directory.path)
            let command = SSHCommand(program, options, target, entrance, directory: directory.path)
            let process = try SSHProcess(command.request())
            let start = process.waitUntilReady(for: command.patience)
            if start == .ready { return SSHTunnel(entrance, options, target, process, directory) }
            process.end()
            let failure = SSHFailure(process.takeWords(), options, target)
            guard failure.isPortTaken, attempt < 5 else { throw failure.error(isSilent: start == .silent) }
        }
    }

    /// Why no connection came about through the tunnel: `ssh` may know more than the driver. What it said is told once.
    func explain(_ error: DatabaseError, to host: String) -> ConnectorError {
        if error.native == nil, error.code == .unavailable || error.code == .other,
            let refusal = SSHFailure(process.takeWords(), options, target).refusal(hasEnded: process.hasEnded)
        {
            return refusal
        }
        guard case .socket(let directory) = entrance else { return ConnectorError(database: error) }
        let message = error.message.replacing(
            bytesOf: directory, with: "\(host) through the SSH host \(options.host)")
        return ConnectorError(
            database: DatabaseError(error.code, message, native: error.native, constraint: error.constraint))
    }

    private static func freePort() throws -> Int {
        let raw = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw PosixError(errno: errno, "make a socket") }
        let descriptor = Descriptor(owning: raw)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor.raw, address, size) == 0 && getsockname(descriptor.raw, address, &size) == 0
            }
        }
        guard isBound else { throw PosixError(errno: errno, "find a free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
