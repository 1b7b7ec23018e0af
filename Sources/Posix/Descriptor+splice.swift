internal import CPosix
import Glibc

extension Descriptor {
    /// Puts what waits in this pipe, at most `count` bytes, into another pipe too, where nothing is copied: both refer to
    /// the same memory. 0 is the end of this pipe; nil: nothing is here, or there is no room.
    package func tee(to other: Descriptor, _ count: Int) throws(PosixError) -> Int? {
        try moved("tee") { cposix_tee(raw, other.raw, count) }
    }

    /// Moves at most `count` bytes from this pipe to another, without copying them; nil as for `tee`.
    package func splice(to other: Descriptor, _ count: Int) throws(PosixError) -> Int? {
        try moved("splice") { cposix_splice(raw, other.raw, count) }
    }

    private func moved(_ name: String, _ call: () -> Int) throws(PosixError) -> Int? {
        while true {
            let count = call()
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            if errno != EINTR { throw PosixError(errno: errno, name) }
        }
    }
}
