import Glibc

/// Files that hold what only their owner may read.
package enum SecureFile {
    /// Makes a new file with exactly this mode; an existing one is an error, a link at its place too.
    ///
    /// A failed write leaves no file.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws(PosixError) {
        try write(bytes, to: path, mode: mode, durable: false)
    }

    /// As `write`, but nobody ever finds a part of the file at `path`, not even after a power cut, and it is on the
    /// disk when this returns. Of several that write at once one succeeds and the others throw `.exists`.
    package static func writeWhole(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws(PosixError) {
        let draft = "\(path).\(UUID())"
        try write(bytes, to: draft, mode: mode, durable: true)
        defer { unlink(draft) }
        guard link(draft, path) == 0 else { throw PosixError(errno: errno, "make the file \(path)") }
        let parent = path.lastIndex(of: "/").map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
        try Descriptor.open(parent, O_RDONLY | O_DIRECTORY).synchronize()
    }

    private static func write(
        _ bytes: [UInt8], to path: String, mode: UInt32, durable: Bool
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
