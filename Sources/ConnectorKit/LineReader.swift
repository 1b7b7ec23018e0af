import Glibc

/// Lines read from a descriptor through one large buffer; used by one thread.
package final class LineReader {
    package enum Event {
        /// Good until the next call and as long as the reader lives; without its line feed.
        case line(UnsafeBufferPointer<UInt8>)
        /// Nothing came for the time given.
        case idle
        case end
    }

    private let descriptor: CInt
    private let longest: Int
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = 1 << 18
    /// What was read and not yet handed out.
    private var start = 0
    private var end = 0
    /// Up to where no line feed was found.
    private var searched = 0
    private var hasEnded = false

    /// A line longer than `longest` bytes is refused, so that a broken sender cannot exhaust the memory.
    package init(_ descriptor: CInt, longest: Int = 1 << 28) {
        self.descriptor = descriptor
        self.longest = longest
        buffer = .allocate(capacity: capacity)
    }

    deinit { buffer.deallocate() }

    /// The next line; `.idle` once none came for `milliseconds`, nil waits without end.
    package func next(waiting milliseconds: Int? = nil) throws -> Event {
        while true {
            if searched < end, let found = memchr(buffer + searched, 10, end - searched) {
                let stop = UnsafeMutableRawPointer(buffer).distance(to: found)
                defer {
                    start = stop + 1
                    searched = start
                }
                return .line(UnsafeBufferPointer(start: buffer + start, count: stop - start))
            }
            searched = end
            if hasEnded {
                guard start < end else { return .end }
                defer { start = end }
                return .line(UnsafeBufferPointer(start: buffer + start, count: end - start))
            }
            guard try fill(milliseconds) else { return .idle }
        }
    }

    /// Takes so many bytes that follow the line handed out last, good until the next call. Nil where the input ends
    /// before.
    package func take(_ count: Int) throws -> UnsafeRawBufferPointer? {
        while end - start < count {
            guard !hasEnded else { return nil }
            _ = try fill(nil)
        }
        defer {
            start += count
            searched = start
        }
        return UnsafeRawBufferPointer(start: buffer + start, count: count)
    }

    /// Reads more; false when nothing came in time.
    private func fill(_ milliseconds: Int?) throws -> Bool {
        makeRoom()
        guard end - start <= longest else {
            throw ConnectorError(.system, "A line of the input is longer than \(longest >> 20) MiB.")
        }
        if let milliseconds {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&wanted, 1, CInt(clamping: milliseconds)) == 0 { return false }
        }
        let count = read(descriptor, buffer + end, capacity - end)
        if count > 0 {
            end += count
        } else if count == 0 {
            hasEnded = true
        } else if errno != EINTR {
            throw ConnectorError(.system, "The input cannot be read: \(String(cString: strerror(errno))).")
        }
        return true
    }

    private func makeRoom() {
        if start > 0 {
            memmove(buffer, buffer + start, end - start)
            end -= start
            searched -= start
            start = 0
        }
        guard capacity - end < 1 << 16 else { return }
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        memcpy(larger, buffer, end)
        buffer.deallocate()
        buffer = larger
        capacity *= 2
    }
}
