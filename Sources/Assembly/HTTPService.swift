import API
import Access
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
    /// Where nobody signs in, the API is open to every local user on loopback; on any other address that must be asked
    /// for by name.
    package func httpService(host: String, port: UInt16, allowsNoAuth: Bool) throws -> HTTPService {
        let access = try accessServices()
        let isOpen = access.settings.mode == .none
        let isLoopback = HTTPServer.isLoopback(host: host)
        guard isLoopback || allowsNoAuth || !isOpen else {
            throw SettingsError(
                "\(host) can be reached from other machines, and nobody has to sign in: set SWIFTLET_ADMIN_PASSWORD_FILE, "
                    + "listen on 127.0.0.1, or accept that everyone who reaches the port controls everything, with "
                    + "--insecure-no-auth.")
        }
        OpenFiles.raiseLimit()
        let router = try API.router(
            APIServices(
                database: database, vault: vault, calls: calls, orders: orders, log: log, version: Settings.version,
                access: access, jitter: settings.jitter, scratchDirectory: data.path,
                client: HTTPClient(settings.notices.calls),
                commands: ConnectorCommands(database: database, vault: vault, settings: settings.sync)))
        let defence = LoopbackDefence(formPaths: API.formPaths)
        var limits = HTTPLimits()
        // A check may install its connector first, and clients wait for the answer.
        limits.handler = .seconds(1800)
        let log = log.named("http")
        let admission: HTTPServer.Admission? = isLoopback && isOpen ? { @Sendable in defence.refusal(of: $0) } : nil
        let server = try HTTPServer(
            host: host, port: port, limits: limits, admission: admission,
            errorBody: { API.failureBody($0, $1, $2) }, note: { log.warning($0) },
            handler: { await router.respond(to: $0) })
        return HTTPService(server: server)
    }
}
