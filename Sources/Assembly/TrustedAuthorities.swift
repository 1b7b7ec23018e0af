import Glibc
import Launcher
import Posix

/// `SWIFTLET_AUTHORITIES_FILE`: the authorities to trust in place of the system's, for a program and for all connectors
/// that it starts.
enum TrustedAuthorities {
    private static let variable = "SWIFTLET_AUTHORITIES_FILE"

    /// Sets the variables that libraries and connectors look for them in. Throws a sentence for a file without any.
    static func take(into environment: inout Environment) throws {
        guard let path = environment[variable], !path.isEmpty else { return }
        let bytes: [UInt8]
        do { bytes = try SecureFile.read(path, limit: 16 << 20) } catch {
            throw SettingsError("\(variable): the file \(path) cannot be read: \(error)")
        }
        guard bytes.firstRange(of: Array("-----BEGIN CERTIFICATE-----".utf8)) != nil else {
            throw SettingsError("\(variable): the file \(path) holds no certificate in PEM form.")
        }
        for name in LaunchEnvironment.authorityFiles {
            setenv(name, path, 1)
            environment[name] = path
        }
    }
}
