import Glibc

/// A TCP socket that accepts clients on one address of this machine.
struct ListeningSocket {
    let descriptor: Int32
    let port: UInt16

    /// Binds a numeric address or "localhost" (which is 127.0.0.1); names are not looked up. Port 0 takes a free one.
    init(host: String, port: UInt16) throws(HTTPError) {
        let isV6 = host.contains(":")
        let descriptor = socket(
            isV6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw Self.error("No socket can be opened", host, port) }
        do throws(HTTPError) {
            var one: Int32 = 1
            var zero: Int32 = 0
            let size = socklen_t(MemoryLayout<Int32>.size)
            // A restarted server takes back its port while old connections of its predecessor are still timing out.
            _ = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
            if isV6 {
                _ = setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &zero, size)
                try Self.bindV6(descriptor, host, port)
            } else {
                try Self.bindV4(descriptor, host, port)
            }
            guard listen(descriptor, 511) == 0 else { throw Self.error("Cannot listen", host, port) }
            self.port = Self.boundPort(descriptor)
            self.descriptor = descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func bindV4(_ descriptor: Int32, _ host: String, _ port: UInt16) throws(HTTPError) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &address.sin_addr) == 1 else {
            throw HTTPError(.cannotListen, "Cannot listen on '\(host)': it is not an IP address of this machine.")
        }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw error("Cannot listen", host, port) }
    }

    private static func bindV6(_ descriptor: Int32, _ host: String, _ port: UInt16) throws(HTTPError) {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        guard inet_pton(AF_INET6, host, &address.sin6_addr) == 1 else {
            throw HTTPError(.cannotListen, "Cannot listen on '\(host)': it is not an IP address of this machine.")
        }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
        guard result == 0 else { throw error("Cannot listen", host, port) }
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &size) }
            // The port is at the same place in both families.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }

    private static func error(_ what: String, _ host: String, _ port: UInt16) -> HTTPError {
        let why =
            errno == EADDRINUSE ? "the port is taken; stop the other program or choose another port" : reason(errno)
        return HTTPError(.cannotListen, "\(what) on \(host) port \(port): \(why).")
    }

    private static func reason(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
