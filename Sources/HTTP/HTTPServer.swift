import CMicroHTTPD
import Glibc
package import Posix
import Synchronization

/// An HTTP/1.1 server whose handlers are asynchronous: no thread waits for them.
///
/// It runs until `stop`; dropping the value does not stop it. A handler is cancelled when its client hangs up, when its
/// time is over, and when the server's grace is over. A handler that ignores cancellation runs on, but its answer is
/// dropped and nobody waits for it.
package final class HTTPServer: Sendable {
    package typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse
    /// Looks at the head of a request, before its body is read; what it returns refuses the request. Must not block.
    package typealias Admission = @Sendable (HTTPRequest) -> HTTPError?
    /// The JSON body of an error, by path and request id: interfaces differ in its shape.
    package typealias ErrorBody = @Sendable (_ error: HTTPError, _ path: String, _ request: UUID) -> [UInt8]

    package let host: String
    /// The port it listens on, also where 0 was asked for.
    package let port: UInt16
    private let core: ServerCore
    private let stopping = Mutex<Task<Void, Never>?>(nil)

    /// Listens, and answers from now on.
    ///
    /// - Parameters:
    ///   - host: an IP address of this machine, or "localhost"; names are not looked up.
    ///   - note: takes sentences for the log about mistakes of handlers.
    package init(
        host: String, port: UInt16 = 0, limits: HTTPLimits = HTTPLimits(), admission: Admission? = nil,
        errorBody: @escaping ErrorBody, note: @escaping @Sendable (String) -> Void = { _ in },
        handler: @escaping Handler
    ) throws(HTTPError) {
        let socket = try ListeningSocket(host: host, port: port)
        do throws(HTTPError) {
            core = try ServerCore(
                socket: socket.descriptor, limits: limits, admission: admission, errorBody: errorBody, note: note,
                handler: handler)
        } catch {
            close(socket.descriptor)
            throw error
        }
        self.host = host
        self.port = socket.port
    }

    /// Refuses new clients, lets running handlers finish within `grace`, cancels and answers the rest with 503, and
    /// closes everything. Returns when all threads have ended; a second call waits for the first. Not cut short by
    /// cancellation.
    package func stop(grace: Duration) async {
        let task = stopping.withLock { task in
            if let task { return task }
            let started = Task { [core] in await core.stop(grace: grace) }
            task = started
            return started
        }
        await task.value
    }

    /// Whether only this machine can reach an address.
    package static func isLoopback(host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    }
}
