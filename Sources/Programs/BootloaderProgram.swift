import Assembly
import Log
package import Posix

/// `swiftlet-bootloader`, or `swiftlet bootloader`.
package enum BootloaderProgram {
    private static let usage = """
        Usage: swiftlet-bootloader

        Checks the environment, migrates the database, adds what every installation starts with, and ends. Needs
        DATABASE_URL (Postgres) and SWIFTLET_KEY_FILE or SWIFTLET_KEY. Safe to run at every start.
        """

    package static func run(_ arguments: [String], _ environment: Environment) async throws {
        _ = try Options(arguments, valued: [], usage: usage)
        let platform = try await SeparateProgram.open(
            "swiftlet-bootloader", environment: environment, verifiesSchema: false)
        try await platform.checkDatabase()
        for sentence in try await platform.bootload() { platform.log.info(sentence) }
        await platform.close()
    }
}
