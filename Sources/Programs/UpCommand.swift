import Assembly
import HTTP
import Log
package import Posix
import Service

/// `swiftlet up`: bootloader, server, worker and cron in one process.
package struct UpCommand {
    private static let usage = """
        Usage: swiftlet up [--data DIR] [--host ADDRESS] [--port N] [--workers N] [--insecure-no-auth]

          --data     where everything is kept; default ./swiftlet-data, or SWIFTLET_DATA
          --host     the address to listen on; default 127.0.0.1
          --port     default 8000; 0 takes a free one
          --workers  how many syncs run at once; default 5
          --insecure-no-auth   listen on an address that others can reach, though nobody has to sign in

        The store is SQLite inside the data directory, or Postgres where DATABASE_URL is set.
        """

    private let options: Options
    private let environment: Environment

    package init(arguments: [String], environment: Environment) throws {
        options = try Options(
            arguments, valued: ["--data", "--host", "--port", "--workers"], bare: ["--insecure-no-auth"],
            usage: Self.usage)
        self.environment = environment
    }

    package func run() async throws {
        let started = BootClock.now
        var settings = try Settings(environment: environment)
        if let data = options["--data"] { settings.data = data }
        if let seats = try options.number("--workers", in: 1...1000, usage: Self.usage) { settings.syncSeats = seats }
        let port = try options.number("--port", in: 0...65_535, usage: Self.usage) ?? 8000
        let data = try DataDirectory(making: settings.data)
        let location = try StoreLocation(environment: environment.values, dataDirectory: data.path)
        let locks = [try data.lock(), try location.lock()]
        let file = try LogFile(name: "swiftlet", in: data.path)
        let log = Log(level: settings.logLevel) { file.append($0) }
        let platform = try await Platform(
            settings: settings, data: data, location: location,
            key: SecretKey.loadOrMake(environment: environment.values, dataDirectory: data.path), log: log)
        try await platform.checkDatabase()
        for sentence in try await platform.bootload() { log.info(sentence) }
        // From here on a signal stops the program in good order.
        let signals = try Signals.stream(of: [.terminate, .interrupt])
        let http = try platform.httpService(
            host: options["--host"] ?? "127.0.0.1", port: UInt16(port), allowsNoAuth: options.has("--insecure-no-auth"))
        Console.say(
            """
            Swiftlet \(Settings.version) is up after \((BootClock.now - started).rounded): http://\(http.server.host):\(http.server.port)
              data    \(data.path)
              log     \(LogFile.directory(in: data.path))
              stop    Ctrl-C
            """)
        ServiceManager(environment)?.ready()
        let services = try [http] + platform.workerServices(program: "swiftlet") + platform.cronServices
        try await Services(services, log: log).run(onSignals: signals)
        await platform.close()
        for lock in locks { lock?.release() }
    }
}

extension Duration {
    /// In seconds, with two digits behind the point.
    fileprivate var rounded: String {
        let hundredths = Int(self / .milliseconds(10))
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
}
