import Glibc
import Posix
import Postgres
import SQL
import Synchronization

/// A Postgres server of the tests' own, in a directory of its own, that dies and is wiped with the test process.
package final class ThrowawayPostgres: Sendable {
    package static let user = "swiftlet"

    package let port: Int
    package let password: String
    private let also: String
    private let watchdog: PostgresWatchdog
    private let dropped = Mutex<[String]>([])

    private static let starting = Task { try await start() }

    /// The server that the tests of this process share; started by the first who asks.
    package static func shared() async throws -> ThrowawayPostgres { try await starting.value }

    /// Starts a server that the caller may stop and kill.
    ///
    /// - Parameter addresses: of 198.18.0.0/15, on which it listens beside the loopback.
    package static func start(on addresses: [String] = []) async throws -> ThrowawayPostgres {
        try await blocking { try ThrowawayPostgres(addresses) }
    }

    private init(_ addresses: [String]) throws {
        also = addresses.map { ",\($0)" }.joined()
        let password = "hush-\(UUID())"
        let watchdog = try PostgresWatchdog(user: Self.user, password: password)
        // Another process may take a free port before the server does.
        for _ in 0..<5 {
            let port = try Self.freePort()
            if try watchdog.ask("start \(port) \(also)") == "ok" {
                self.port = port
                self.password = password
                self.watchdog = watchdog
                return
            }
        }
        throw DatabaseError(.unavailable, "The throw-away Postgres does not start: \(watchdog.lastWords)")
    }

    package func url(_ database: String = "postgres", at address: String = "127.0.0.1") -> String {
        "postgres://\(Self.user):\(password)@\(address):\(port)/\(database)"
    }

    /// Makes a new, empty database and returns its URL.
    package func freshDatabase(like template: String? = nil) async throws -> String {
        let name = "test_" + UUID().description.filter { $0 != "-" }
        let url = url()
        let old = dropped.withLock { dropped in
            defer { dropped = [] }
            return dropped
        }
        try await blocking {
            let connection = try PostgresConnection(.patient(url))
            defer { connection.close() }
            for name in old { try connection.execute(script: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
            try connection.execute(script: "CREATE DATABASE \(name) TEMPLATE \(template ?? "template1")")
        }
        return self.url(name)
    }

    /// Gives up a database; it is dropped when the next one is made.
    package func drop(url: String) {
        guard let name = url.split(separator: "/").last else { return }
        dropped.withLock { $0.append(String(name)) }
    }

    /// Stops the server in an orderly way; its connections break.
    package func stop() async throws { try await order("stop") }

    /// Stops the server as `pg_ctl stop -m immediate` does: nothing is saved, and it recovers when it starts again.
    package func crash() async throws { try await order("crash") }

    /// Kills the server with -9.
    package func kill() async throws { try await order("kill") }

    /// Starts the server on its old port; stops it first if it runs.
    package func restart() async throws {
        try await order("stop")
        try await order("start \(port) \(also)")
    }

    private func order(_ command: String) async throws {
        try await blocking { [watchdog] in
            guard try watchdog.ask(command) == "ok" else {
                throw DatabaseError(.unavailable, "The throw-away Postgres cannot \(command): \(watchdog.lastWords)")
            }
        }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
            }
        }
        guard status else { throw DatabaseError(.unavailable, "There is no free port.") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Runs `body` on a thread of its own.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.start { continuation.resume(with: Result { try body() }) }
    }
}
