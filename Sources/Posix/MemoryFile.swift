internal import CPosix
import Glibc

/// A file that only lies in memory and goes with this process, however that ends: for a secret that a library or another
/// program wants as a file.
package final class MemoryFile: Sendable {
    package let descriptor: Descriptor

    /// Only this user may open it.
    package init(_ bytes: [UInt8]) throws(PosixError) {
        let raw = cposix_memory_file("swiftlet")
        guard raw >= 0 else { throw PosixError(errno: errno, "make a file in memory") }
        descriptor = Descriptor(owning: raw)
        if fchmod(raw, 0o600) != 0 { throw PosixError(errno: errno, "set the mode of a file in memory") }
        try descriptor.write(bytes)
    }

    /// Good inside this process, as long as this is referred to. A program that gets the descriptor as its standard input
    /// opens `/proc/self/fd/0` instead.
    package var path: String { "/proc/self/fd/\(descriptor.raw)" }
}
