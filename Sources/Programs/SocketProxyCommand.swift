import Assembly
import JSON
import Log
import Posix
import SocketProxy

/// `swiftlet socket-proxy`: lets workers do with a container engine what they must, and no more.
package enum SocketProxyCommand {
    private static let usage = """
        Usage: swiftlet socket-proxy --listen PATH [--engine PATH]

          --listen   the socket to make, for those who launch connectors: DOCKER_HOST=unix://PATH
          --engine   the engine's own socket; default /var/run/docker.sock

        Lets through what launching connectors takes. Refuses containers that could reach what is the host's or another
        container's, and every other call.
        """

    package static func run(_ arguments: [String]) async throws {
        let options = try Options(arguments, valued: ["--listen", "--engine"], usage: usage)
        guard let path = options["--listen"] else { throw UsageError("--listen is missing.", usage: usage) }
        let log = Log().with("program", "swiftlet-socket-proxy")
        let signals = try Signals.stream(of: [.terminate, .interrupt])
        let engine = options["--engine"] ?? "/var/run/docker.sock"
        try SocketProxy(path: path, engine: engine, log: log).start()
        log.info("Listening on \(path), for \(engine).")
        for await _ in signals { return }
    }
}
