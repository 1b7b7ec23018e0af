internal import CPosix
import Glibc
import Synchronization

/// An open file descriptor, closed once: by `close()` or with its last reference.
///
/// Close it only when no thread is inside a call on it: the number may be another file's a moment later.
package final class Descriptor: Sendable {
    package let raw: Int32
    private let isOpen = Atomic(true)

    /// Takes over a descriptor that is open.
    package init(owning raw: Int32) { self.raw = raw }

    deinit { close() }

    /// Opens a file; `flags` as for open(2), close-on-exec is added.
    package static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0o600) throws(PosixError) -> Descriptor {
        while true {
            let raw = Glibc.open(path, flags | O_CLOEXEC, mode_t(mode))
            if raw >= 0 { return Descriptor(owning: raw) }
            if errno != EINTR { throw PosixError(errno: errno, "open \(path)") }
        }
    }

    package func close() {
        if isOpen.exchange(false, ordering: .acquiringAndReleasing) { _ = Glibc.close(raw) }
    }

    /// Reads what is there, waiting for at least one byte; 0 is the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(PosixError) -> Int {
        while true {
            let count = Glibc.read(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw PosixError(errno: errno, "read") }
        }
    }

    /// Reads what is there, at most `limit` bytes; empty at the end.
    package func read(upTo limit: Int) throws(PosixError) -> [UInt8] {
        var failure: PosixError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            do throws(PosixError) {
                count = try read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads to the end; more than `limit` bytes is an error.
    package func readAll(limit: Int) throws(PosixError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let part = try read(upTo: min(1 << 16, limit + 1))
            if part.isEmpty { return bytes }
            bytes += part
            if bytes.count > limit {
                throw PosixError(.other, "More than \(limit) bytes came where fewer were expected.")
            }
        }
    }

    /// Fills the buffer. False: the end came before the first byte; an end in the middle is an error.
    package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(PosixError) -> Bool {
        var done = 0
        while done < buffer.count {
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            if count == 0 {
                if done == 0 { return false }
                throw PosixError(.cutShort, "The other side closed the pipe in the middle of a message.")
            }
            done += count
        }
        return true
    }

    /// Writes everything; a pipe whose reader has gone is `brokenPipe`.
    package func write(_ buffer: UnsafeRawBufferPointer) throws(PosixError) {
        var done = 0
        while done < buffer.count {
            let count = Glibc.write(raw, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw PosixError(errno: errno, "write")
            }
        }
    }

    package func write(_ bytes: [UInt8]) throws(PosixError) {
        let result = bytes.withUnsafeBytes { buffer -> Result<Void, PosixError> in
            Result { () throws(PosixError) in try write(buffer) }
        }
        try result.get()
    }

    package func write(_ text: String) throws(PosixError) { try write(Array(text.utf8)) }

    /// Writes what fits at once; 0 when nothing does. The descriptor must be non-blocking.
    package func writeWhatFits(_ buffer: UnsafeRawBufferPointer) throws(PosixError) -> Int {
        while true {
            let count = Glibc.write(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno == EAGAIN { return 0 }
            if errno != EINTR { throw PosixError(errno: errno, "write") }
        }
    }

    /// How many bytes wait in the pipe, asked at either end; 0 where the system does not say.
    package var unread: Int { max(0, Int(cposix_unread(raw))) }

    package func setNonblocking() throws(PosixError) {
        if cposix_nonblocking(raw) != 0 { throw PosixError(errno: errno, "make a descriptor non-blocking") }
    }

    package func setCloseOnExec() throws(PosixError) {
        if cposix_close_on_exec(raw) != 0 { throw PosixError(errno: errno, "mark a descriptor close-on-exec") }
    }

    package func synchronize() throws(PosixError) {
        if fsync(raw) != 0 { throw PosixError(errno: errno, "write a file through to the disk") }
    }

    /// Writes everything of the file's file system through to the disk.
    package func synchronizeFileSystem() throws(PosixError) {
        if cposix_syncfs(raw) != 0 { throw PosixError(errno: errno, "write a file system through to the disk") }
    }
}
