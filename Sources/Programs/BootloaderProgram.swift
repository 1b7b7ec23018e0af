import Assembly
import Log
package import Posix
import SQL

/// `swiftlet-bootloader`, or `swiftlet bootloader`.
package enum BootloaderProgram {
    private static let usage = """
        Usage: swiftlet-bootloader [--wait SECONDS]

          --wait   how long to wait for a database that cannot be reached yet; default 0

        Checks the environment, migrates the database, adds what every installation starts with, and ends. Needs
        DATABASE_URL (Postgres) and SWIFTLET_KEY_FILE or SWIFTLET_KEY. Safe to run at every start.
        """

    package static func run(_ arguments: [String], _ environment: Environment) async throws {
        let options = try Options(arguments, valued: ["--wait"], usage: usage)
        let patience = try options.number("--wait", in: 0...86_400, usage: usage) ?? 0
        let platform = try await SeparateProgram.open(
            "swiftlet-bootloader", environment: environment, verifiesSchema: false)
        try await check(platform, until: BootClock.now + .seconds(patience))
        for sentence in try await platform.bootload() { platform.log.info(sentence) }
        await platform.close()
    }

    private static func check(_ platform: Platform, until deadline: BootInstant) async throws {
        var isFirst = true
        while true {
            do {
                return try await platform.checkDatabase()
            } catch let error as DatabaseError where error.code == .unavailable && BootClock.now < deadline {
                if isFirst { platform.log.info("Waiting for the database. \(error.message)") }
                isFirst = false
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}
