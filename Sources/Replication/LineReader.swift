import Glibc
import Posix

/// Reads a pipe in large pieces and hands out whole lines in place, without copying them.
///
/// The buffer grows to the longest line that came, up to the limit, and shrinks again.
struct LineReader: ~Copyable {
    enum Step {
        /// There are lines to take.
        case lines
        case end
        /// Somebody asked for the reading to stop.
        case stopped
        case lineTooLong
        case failed(PosixError)
    }

    private static let usualSize = 256 << 10

    private let descriptor: Descriptor
    private let stop: Wakeup
    private let limit: Int
    private(set) var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var start = 0
    private var end = 0
    /// Up to here there is no newline.
    private var searched = 0
    /// Whether the output ended without a newline: the line that came last has one from us.
    private(set) var isCutOff = false

    /// A signalled `stop` ends the reading.
    init(_ descriptor: Descriptor, stop: Wakeup, limit: Int) {
        self.descriptor = descriptor
        self.stop = stop
        self.limit = limit
        capacity = min(Self.usualSize, limit + 1)
        base = Self.allocate(capacity)
    }

    deinit { free(base) }

    /// Bytes of a line that has begun and not ended.
    var pending: Int { end - start }

    /// Blocks until at least one line is there. Lines taken before are gone after this call.
    mutating func fill() -> Step {
        makeRoom()
        while true {
            if end == capacity, !grow() { return .lineTooLong }
            let ready = Poll.wait([.readable(descriptor), .readable(stop.descriptor)])
            if ready[1] { return .stopped }
            guard ready[0] else { continue }
            do throws(PosixError) {
                let room = UnsafeMutableRawBufferPointer(start: base + end, count: min(capacity - end, Self.usualSize))
                let count = try descriptor.read(into: room)
                if count == 0 { return finish() }
                end += count
            } catch {
                return .failed(error)
            }
            if memchr(base + searched, 10, end - searched) != nil { return .lines }
            searched = end
        }
    }

    /// The next whole line, its newline included, as offsets from `base`.
    mutating func takeLine() -> Range<Int>? {
        guard searched < end, let found = memchr(base + searched, 10, end - searched) else {
            searched = end
            return nil
        }
        let newline = base.distance(to: found.assumingMemoryBound(to: UInt8.self))
        defer {
            start = newline + 1
            searched = start
        }
        return start..<newline + 1
    }

    /// A last line without a newline gets one.
    private mutating func finish() -> Step {
        guard !isCutOff, end > start else { return .end }
        isCutOff = true
        base[end] = 10
        end += 1
        return .lines
    }

    private mutating func makeRoom() {
        if start == end, capacity > 4 * Self.usualSize {
            free(base)
            capacity = Self.usualSize
            base = Self.allocate(capacity)
        } else if start > 0, end > start {
            memmove(base, base + start, end - start)
        }
        end -= start
        searched = max(0, searched - start)
        start = 0
    }

    /// One byte more than `capacity`, for a newline that the last line may lack.
    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        guard let memory = malloc(capacity + 1) else { fatalError("There is no memory for a buffer.") }
        return memory.bindMemory(to: UInt8.self, capacity: capacity + 1)
    }

    private mutating func grow() -> Bool {
        guard capacity <= limit else { return false }
        let larger = min(capacity * 2, max(limit + 1, capacity))
        guard larger > capacity, let moved = realloc(base, larger + 1) else { return false }
        base = moved.assumingMemoryBound(to: UInt8.self)
        capacity = larger
        return true
    }
}
