import Assembly
import Posix
import Programs

/// The user's program. Called by the name of another, by a link, or with that name's last word, it is that one: so an
/// image holds one program.
@main enum SwiftletProgram {
    private static let usage = """
        Usage: swiftlet COMMAND

          up         run everything in this process, on SQLite unless DATABASE_URL names Postgres
          health     tell whether a server, worker or cron that runs here is healthy
          secrets    make the key and the passwords that are missing
          password   show the first administrator's password
          socket-proxy
                     let workers use a container engine, and no more of it than they need
          version    show the version
          server, worker, cron, bootloader
                     the programs swiftlet-server and so on

        swiftlet COMMAND --help says more.
        """

    private static let programs: [String: ProgramMain.Body] = [
        "swiftlet-server": ServerProgram.run,
        "swiftlet-worker": WorkerProgram.run,
        "swiftlet-cron": CronProgram.run,
        "swiftlet-bootloader": BootloaderProgram.run,
    ]

    static func main() {
        ProgramMain.becomeAttemptIfAsked()
        let called = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? ""
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let body = programs[called] { ProgramMain.run(called, arguments, body: body) }
        if let word = arguments.first, let body = programs["swiftlet-\(word)"] {
            ProgramMain.run("swiftlet-\(word)", Array(arguments.dropFirst()), body: body)
        }
        ProgramMain.run("swiftlet", arguments, body: command)
    }

    private static let command: ProgramMain.Body = { arguments, environment in
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "up": try await UpCommand(arguments: rest, environment: environment).run()
        case "health": try await HealthCommand.run(rest, environment)
        case "secrets": try SecretsCommand.run(rest)
        case "socket-proxy": try await SocketProxyCommand.run(rest)
        case "password": try PasswordCommand.run(rest, environment)
        case nil, "help", "--help", "-h": Console.say(usage)
        case let command?: throw UsageError("There is no command \(command).", usage: usage)
        }
    }
}
