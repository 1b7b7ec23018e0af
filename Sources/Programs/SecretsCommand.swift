import Assembly
import Crypto
import Posix

/// `swiftlet secrets`: what an installation needs before its first start.
package enum SecretsCommand {
    private static let usage = """
        Usage: swiftlet secrets [--key FILE] [--admin-password FILE] [--database-password FILE]

        Makes each named file that is missing, readable for this user only. One that is there is never touched, so this
        is safe to run at every start.
        """

    package static func run(_ arguments: [String]) throws {
        let options = try Options(
            arguments, valued: ["--key", "--admin-password", "--database-password"], usage: usage)
        if let path = options["--key"] { try make(path, SealingKey().hex) }
        for flag in ["--admin-password", "--database-password"] {
            if let path = options[flag] { try make(path, SecretText.make()) }
        }
    }

    private static func make(_ path: String, _ secret: @autoclosure () -> String) throws {
        do throws(PosixError) {
            try SecureFile.writeWhole(Array((secret() + "\n").utf8), to: path)
            Console.say("Made \(path).")
        } catch {
            guard error.code == .exists else {
                throw SettingsError("The file \(path) cannot be made: \(error) Its directory must be this user's.")
            }
            Console.say("Kept \(path).")
        }
    }
}
