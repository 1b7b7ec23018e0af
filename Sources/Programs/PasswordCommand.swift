import Assembly
package import Posix

/// `swiftlet password`: what the first administrator signs in with.
package enum PasswordCommand {
    private static let usage = """
        Usage: swiftlet password

        Shows the first administrator's password, out of the file that SWIFTLET_ADMIN_PASSWORD_FILE names.
        """

    package static func run(_ arguments: [String], _ environment: Environment) throws {
        _ = try Options(arguments, valued: [], usage: usage)
        guard let password = try SecretFile.read("SWIFTLET_ADMIN_PASSWORD_FILE", atLeast: 1, environment) else {
            throw SettingsError("SWIFTLET_ADMIN_PASSWORD_FILE is not set, so there is no password to show.")
        }
        Console.say(password)
    }
}
