import Glibc
package import Posix

/// The directory for virtual environments, job directories, logs and, by default, the SQLite database.
package struct DataDirectory: Sendable {
    package let path: String

    /// Makes the directory where it is missing and checks that it can be written to.
    package init(making path: String) throws {
        let absolute = try DataDirectory.absolute(path)
        do {
            try Directory.create(absolute, mode: 0o700)
            let probe = "\(absolute)/.probe-\(UUID())"
            try SecureFile.write([], to: probe)
            try Directory.remove(probe)
        } catch {
            throw SettingsError(
                "The data directory \(absolute) cannot be written to (\(error)). Name another one with SWIFTLET_DATA.")
        }
        self.path = absolute
    }

    /// Holds the directory for this process; SQLite serves only one.
    package func lock() throws -> FileLock {
        guard let lock = try FileLock.take(path + "/lock") else {
            throw SettingsError(
                "Another swiftlet is running on \(path). Stop it, or give this one a directory of its own with --data.")
        }
        return lock
    }

    private static func absolute(_ path: String) throws -> String {
        if path.hasPrefix("/") { return path }
        guard let working = getcwd(nil, 0) else {
            throw SettingsError("The working directory is gone; name an absolute data directory with SWIFTLET_DATA.")
        }
        defer { free(working) }
        return String(cString: working) + "/" + path
    }
}
