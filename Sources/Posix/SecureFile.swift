import Glibc

/// Files that hold what only their owner may read.
package enum SecureFile {
    /// Makes a new file with exactly this mode; an existing one is an error, a link at its place too.
    ///
    /// A failed write leaves no file. With `durable` the bytes are on the disk when it returns.
    package static func write(
        _ bytes: [UInt8], to path: String, mode: UInt32 = 0o600, durable: Bool = false
    ) throws(PosixError) {
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
        do throws(PosixError) {
            // The umask may have taken bits away, never added any.
            if fchmod(file.raw, mode_t(mode)) != 0 { throw PosixError(errno: errno, "set the mode of \(path)") }
            try file.write(bytes)
            if durable { try file.synchronize() }
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Reads a whole file of at most `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(PosixError) -> [UInt8] {
        try Descriptor.open(path, O_RDONLY).readAll(limit: limit)
    }
}
