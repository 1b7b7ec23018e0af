import API
package import HTTP
import HTTPClient
import Log
import Posix
package import Service
import Sync

/// Serves the API until it is asked to stop.
package struct HTTPService: GracefulService {
    package let server: HTTPServer

    package func run(until stop: StopSignal) async throws {
        await stop.wait()
        await server.stop(grace: .seconds(5))
    }
}

extension Platform {
    /// Listens on the address; the service that comes back has to be run to stop again.
    ///
    /// On loopback the API is open to every local user; on any other address that must be asked for by name.
    package func httpService(host: String, port: UInt16, allowsNoAuth: Bool) throws -> HTTPService {
        let isLoopback = HTTPServer.isLoopback(host: host)
        guard isLoopback || allowsNoAuth else {
            throw SettingsError(
                "\(host) can be reached from other machines, and this version has no sign-in yet: listen on 127.0.0.1, or "
                    + "accept that everyone who reaches the port controls everything, with --insecure-no-auth.")
        }
        OpenFiles.raiseLimit()
        let router = try API.router(
            APIServices(
                database: database, vault: vault, calls: calls, orders: orders, log: log, version: Settings.version,
                isNoAuth: true, jitter: settings.jitter, scratchDirectory: data.path,
                client: HTTPClient(settings.notices.calls)))
        let defence = LoopbackDefence()
        var limits = HTTPLimits()
        // A check may install its connector first, and clients wait for the answer.
        limits.handler = .seconds(1800)
        let log = log.named("http")
        let admission: HTTPServer.Admission? = isLoopback ? { @Sendable in defence.refusal(of: $0) } : nil
        let server = try HTTPServer(
            host: host, port: port, limits: limits, admission: admission,
            errorBody: { API.failureBody($0, $1, $2) }, note: { log.warning($0) },
            handler: { await router.respond(to: $0) })
        return HTTPService(server: server)
    }
}
