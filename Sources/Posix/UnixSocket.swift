import Glibc

/// Sockets that have a path.
package enum UnixSocket {
    /// Nil where nobody listens there.
    package static func connect(to path: String) -> Descriptor? {
        guard let socket = try? open(SOCK_STREAM), with(path, { Glibc.connect(socket.raw, $0, $1) }) == 0 else {
            return nil
        }
        return socket
    }

    /// Takes the place of a socket that was left there. Everybody who sees the path may connect.
    package static func listen(on path: String) throws(PosixError) -> Descriptor {
        let socket = try open(SOCK_STREAM)
        unlink(path)
        guard with(path, { bind(socket.raw, $0, $1) }) == 0, chmod(path, 0o666) == 0, Glibc.listen(socket.raw, 128) == 0
        else {
            throw PosixError(errno: errno, "listen on \(path)")
        }
        return socket
    }

    /// The next client; nil for one that has gone again.
    package static func accept(on socket: Descriptor) -> Descriptor? {
        let raw = Glibc.accept(socket.raw, nil, nil)
        guard raw >= 0 else { return nil }
        let client = Descriptor(owning: raw)
        try? client.setCloseOnExec()
        return client
    }

    /// Sends one message to who reads there, without waiting. A path that begins with @ is a name that no file has.
    package static func send(_ message: String, to path: String) throws(PosixError) {
        let socket = try open(SOCK_DGRAM)
        let bytes = Array(message.utf8)
        let sent = with(path) { sendto(socket.raw, bytes, bytes.count, Int32(MSG_DONTWAIT), $0, $1) }
        if sent < 0 { throw PosixError(errno: errno, "send to \(path)") }
    }

    private static func open(_ kind: __socket_type) throws(PosixError) -> Descriptor {
        let raw = socket(AF_UNIX, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if raw < 0 { throw PosixError(errno: errno, "open a socket") }
        return Descriptor(owning: raw)
    }

    private static func with<Result: BinaryInteger>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return -1
        }
        var length = MemoryLayout<sockaddr_un>.size
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        if path.hasPrefix("@") {
            // Such a name is as long as the address says.
            withUnsafeMutableBytes(of: &address.sun_path) { $0[0] = 0 }
            length = MemoryLayout<sa_family_t>.size + path.utf8.count
        }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}
