import Glibc
import Posix
import Testing

@Suite("Sockets that have a path")
struct UnixSocketTests {
    private let path = "/tmp/swiftlet-socket-\(UUID())"

    @Test func `who listens hears who connects, also in the place of a socket that was left there`() throws {
        defer { unlink(path) }
        _ = try UnixSocket.listen(on: path)
        #expect(UnixSocket.connect(to: path) == nil)
        let listener = try UnixSocket.listen(on: path)
        let near = try #require(UnixSocket.connect(to: path))
        let far = try #require(UnixSocket.accept(on: listener))
        try near.write("heard")
        near.close()
        #expect(try far.readAll(limit: 100) == Array("heard".utf8))
    }

    @Test func `a message reaches who reads at a path, or at a name without a file`() throws {
        for name in [path, "@\(path)"] {
            let reader = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer {
                close(reader)
                unlink(name)
            }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8.map { $0 == 64 ? 0 : $0 }) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count)
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(reader, $0, length) }
            }
            try #require(bound == 0)
            try UnixSocket.send("READY=1", to: name)
            #expect(try Descriptor(owning: dup(reader)).read(upTo: 100) == Array("READY=1".utf8))
        }
    }

    @Test func `a path that nobody is at, or that is too long, is said`() {
        #expect(throws: PosixError.self) { try UnixSocket.send("x", to: path) }
        #expect(throws: PosixError.self) { try UnixSocket.listen(on: "/" + String(repeating: "x", count: 200)) }
        #expect(UnixSocket.connect(to: "/" + String(repeating: "x", count: 200)) == nil)
    }
}
