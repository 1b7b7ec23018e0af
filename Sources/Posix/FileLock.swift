import Glibc

/// A lock on a file, held until released or until this process ends, however it ends.
package final class FileLock: Sendable {
    private let file: Descriptor

    private init(_ file: Descriptor) { self.file = file }

    /// Takes the lock at once, or nil while another holds it. Makes the file if it is not there.
    package static func take(_ path: String) throws(PosixError) -> FileLock? {
        while true {
            let file = try Descriptor.open(path, O_RDWR | O_CREAT)
            if flock(file.raw, LOCK_EX | LOCK_NB) != 0 {
                if errno == EWOULDBLOCK { return nil }
                if errno == EINTR { continue }
                throw PosixError(errno: errno, "lock \(path)")
            }
            // The file may have been removed between opening and locking: then the lock is on nothing.
            var held = stat()
            var named = stat()
            if fstat(file.raw, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino {
                return FileLock(file)
            }
        }
    }

    /// Waits for the lock; nil once `deadline` passed or `giveUp` says so.
    package static func wait(
        _ path: String, until deadline: BootInstant = .distantFuture, giveUp: () -> Bool = { false }
    ) throws(PosixError) -> FileLock? {
        while true {
            if let lock = try take(path) { return lock }
            if giveUp() || BootClock.now >= deadline { return nil }
            usleep(50_000)
        }
    }

    package func release() { file.close() }
}
