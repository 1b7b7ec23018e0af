package import Posix

/// A secret in a file that a variable names: so it stands neither in the environment nor in an argument list.
package enum SecretFile {
    /// The file's one line; nil where the variable is not set. Throws a sentence for a file that cannot be read, or that
    /// holds less than `shortest` characters or more than a line.
    package static func read(_ variable: String, atLeast shortest: Int, _ environment: Environment) throws -> String? {
        guard let path = environment[variable], !path.isEmpty else { return nil }
        let bytes: [UInt8]
        do { bytes = try SecureFile.read(path, limit: 4096) } catch {
            throw SettingsError("\(variable): the file \(path) cannot be read: \(error)")
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsError("\(variable): the file \(path) does not hold text in UTF-8.")
        }
        while text.last?.isNewline == true { text.removeLast() }
        guard !text.contains(where: \.isNewline), text.unicodeScalars.count >= shortest, text.utf8.count <= 1024 else {
            throw SettingsError(
                "\(variable): the file \(path) must hold one line of \(shortest) characters or more. "
                    + "Make one with: openssl rand -base64 32")
        }
        return text
    }
}
