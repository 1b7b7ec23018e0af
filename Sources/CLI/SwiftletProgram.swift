import Assembly

@main struct SwiftletProgram {
    private static let usage = """
        Usage: swiftlet COMMAND

          up         run everything in this process, on SQLite unless DATABASE_URL names Postgres
          version    show the version

        swiftlet up --help says more.
        """

    static func main() {
        ProgramMain.becomeAttemptIfAsked()
        ProgramMain.runAsync("swiftlet") { arguments, environment in
            switch arguments.first {
            case "up": try await UpCommand(arguments: Array(arguments.dropFirst()), environment: environment).run()
            case nil, "help", "--help", "-h": Console.say(usage)
            case let command?: throw UsageError("There is no command \(command).", usage: usage)
            }
        }
    }
}
