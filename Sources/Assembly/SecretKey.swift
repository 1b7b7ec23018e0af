package import Crypto
import Posix

/// The key that seals secrets; the same on every host, never in the database.
package enum SecretKey {
    /// Reads `SWIFTLET_KEY`, else the file that `SWIFTLET_KEY_FILE` names.
    package static func load(environment: [String: String]) throws -> SealingKey {
        if let text = environment["SWIFTLET_KEY"], !text.isEmpty { return try key(text, from: "SWIFTLET_KEY") }
        guard let path = environment["SWIFTLET_KEY_FILE"], !path.isEmpty else {
            throw SettingsError(
                "No key is set: SWIFTLET_KEY_FILE must name a file with 64 hexadecimal digits, the same on every host. "
                    + "Make one with: openssl rand -hex 32")
        }
        return try read(path)
    }

    /// As `load`; where neither variable is set, the key of the data directory, made on first use.
    package static func loadOrMake(environment: [String: String], dataDirectory: String) throws -> SealingKey {
        let names = ["SWIFTLET_KEY", "SWIFTLET_KEY_FILE"]
        if names.contains(where: { environment[$0]?.isEmpty == false }) { return try load(environment: environment) }
        let path = dataDirectory + "/key"
        try makeIfMissing(path)
        return try read(path)
    }

    private static func makeIfMissing(_ path: String) throws(PosixError) {
        do {
            try SecureFile.writeWhole(Array((SealingKey().hex + "\n").utf8), to: path)
        } catch {
            if error.code != .exists { throw error }
        }
    }

    private static func read(_ path: String) throws -> SealingKey {
        let bytes: [UInt8]
        do { bytes = try SecureFile.read(path, limit: 4096) } catch {
            throw SettingsError("The key file \(path) cannot be read: \(error)")
        }
        return try key(String(decoding: bytes, as: UTF8.self), from: path)
    }

    private static func key(_ text: String, from place: String) throws -> SealingKey {
        do { return try SealingKey(hex: text) } catch {
            throw SettingsError(
                "\(place) does not hold a key: 64 hexadecimal digits are needed, as from: openssl rand -hex 32")
        }
    }
}
