import Glibc
import Posix

/// Sockets that have a path.
enum UnixSocket {
    /// Nil where nobody listens there.
    static func connect(to path: String) -> Descriptor? {
        guard let socket = try? open(), with(path, { Glibc.connect(socket.raw, $0, $1) }) == 0 else { return nil }
        return socket
    }

    /// Takes the place of a socket that was left there. Everybody who sees the path may connect.
    static func listen(on path: String) throws(PosixError) -> Descriptor {
        let socket = try open()
        unlink(path)
        guard with(path, { bind(socket.raw, $0, $1) }) == 0, chmod(path, 0o666) == 0, Glibc.listen(socket.raw, 128) == 0
        else {
            throw PosixError(errno: errno, "listen on \(path)")
        }
        return socket
    }

    /// The next client; nil for one that has gone again.
    static func accept(on socket: Descriptor) -> Descriptor? {
        let raw = Glibc.accept(socket.raw, nil, nil)
        return raw < 0 ? nil : Descriptor(owning: raw)
    }

    private static func open() throws(PosixError) -> Descriptor {
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if raw < 0 { throw PosixError(errno: errno, "open a socket") }
        return Descriptor(owning: raw)
    }

    private static func with(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
