internal import CPosix
import Glibc

/// A pipe whose two ends no other program inherits.
package struct Pipe: Sendable {
    package let reader: Descriptor
    package let writer: Descriptor

    /// Asks for `capacity` bytes in the kernel; where the system's limit is lower, the pipe keeps its standard size.
    package init(capacity: Int? = nil) throws(PosixError) {
        var ends: [Int32] = [-1, -1]
        if cposix_pipe(&ends) != 0 { throw PosixError(errno: errno, "make a pipe") }
        reader = Descriptor(owning: ends[0])
        writer = Descriptor(owning: ends[1])
        if let capacity { _ = cposix_pipe_size(ends[1], Int32(clamping: capacity)) }
    }

    /// What the records' pipes ask for: the most an unprivileged process gets.
    package static let recordCapacity = 1 << 20
}
