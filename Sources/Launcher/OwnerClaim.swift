import Posix

/// A living worker's claim on its job directories: a lock that ends with its process, however that ends, so that what
/// a power cut left can be told from what another worker of the same data directory is using.
package final class OwnerClaim: Sendable {
    package let owner: String
    private let lock: FileLock

    /// To be taken before the worker's first attempt and held as long as it lives.
    package init(owner: String, dataDirectory: String) throws(LauncherError) {
        guard OwnerMark.isName(owner) else {
            throw LauncherError(.notAllowed, "“\(owner)” cannot name a worker.")
        }
        do throws(PosixError) {
            try Directory.create("\(dataDirectory)/jobs")
            guard let lock = try FileLock.take(Self.path(owner, dataDirectory)) else {
                throw PosixError(.busy, "Another process runs as the worker \(owner).")
            }
            self.lock = lock
        } catch {
            throw LauncherError(.fileFailed, error)
        }
        self.owner = owner
    }

    /// The lock of a worker that no longer holds it; nil while it does.
    static func ofDead(_ owner: String, in dataDirectory: String) -> FileLock? {
        (try? FileLock.take(path(owner, dataDirectory))) ?? nil
    }

    static func path(_ owner: String, _ dataDirectory: String) -> String {
        "\(dataDirectory)/jobs/\(prefix)\(owner)"
    }

    /// No worker's name begins like this.
    static let prefix = ".claim-"
}
