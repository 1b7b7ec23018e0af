import Glibc
import Posix

/// Reads a pipe in large pieces and hands out whole lines in place, without copying them.
///
/// The buffer grows to the longest line that came, up to the limit, and shrinks again. With a tap, what comes in quantity
/// stays in the pipe until it is known what becomes of it: `pass` then moves it on without copying it.
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

    let descriptor: Descriptor
    private let stop: Wakeup
    private let limit: Int
    private(set) var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var start = 0
    var end = 0
    /// Up to here there is no newline.
    var searched = 0
    /// So many bytes must be there before there is something to take.
    private var awaited = 0
    /// Bytes that came last.
    private(set) var latest = 0
    var tap: PipeTap?
    /// From here to `end` the bytes are still in the pipe too.
    var tapped = 0
    /// Whether the output ended without a newline: the line that came last has one from us.
    private(set) var isCutOff = false

    /// A signalled `stop` ends the reading. `taps`: whether it may be that many lines go on as they are.
    init(_ descriptor: Descriptor, stop: Wakeup, limit: Int, taps: Bool = false) {
        self.descriptor = descriptor
        tap = taps ? PipeTap(descriptor) : nil
        self.stop = stop
        self.limit = limit
        capacity = min(Self.usualSize, limit + 1)
        base = Self.allocate(capacity)
    }

    deinit { free(base) }

    /// Blocks until at least one line is there. Lines taken before are gone after this call.
    mutating func fill() -> Step {
        do throws(PosixError) {
            try releaseTapped()
            makeRoom()
            while true {
                if end == capacity, !grow() { return .lineTooLong }
                let ready = Poll.wait([.readable(descriptor), .readable(stop.descriptor)])
                if ready[1] { return .stopped }
                guard ready[0] else { continue }
                latest = try read()
                if latest == 0 { return finish() }
                if end - start >= awaited, memchr(base + searched, 10, end - searched) != nil { return .lines }
                try untapLine()
                if awaited == 0 { searched = end }
            }
        } catch {
            return .failed(error)
        }
    }

    /// What was not taken yet: whole lines and the beginning of one.
    var rest: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: end - start) }

    /// Takes so many bytes of `rest`, which must be whole lines, and returns the offset of their end.
    mutating func take(_ length: Int) -> Int {
        start += length
        searched = start
        return start
    }

    /// Takes so many bytes of whatever kind that follow the line taken last. Nil where they are not all there: the line
    /// is then given back, and taken again together with them.
    mutating func takeBlock(_ length: Int, after line: Range<Int>) -> Range<Int>? {
        // The newline that an output was given at its end is none of its bytes.
        guard end - start - (isCutOff ? 1 : 0) >= length else {
            awaited = line.count + length
            start = line.lowerBound
            searched = start
            return nil
        }
        let block = start..<start + length
        _ = take(length)
        return block
    }

    /// The next whole line, its newline included, as offsets from `base`.
    mutating func takeLine() -> Range<Int>? {
        guard end - start >= awaited else { return nil }
        awaited = 0
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
        awaited = 0
        base[end] = 10
        end += 1
        tapped = end
        return .lines
    }

    /// Reads on behind `end`.
    private mutating func read() throws(PosixError) -> Int {
        let room = UnsafeMutableRawBufferPointer(start: base + end, count: min(capacity - end, Self.usualSize))
        if let count = readThroughTap(into: room) { return count }
        let count = try descriptor.read(into: room)
        end += count
        tapped = end
        return count
    }

    private mutating func makeRoom() {
        let left = end - start
        if capacity > 4 * Self.usualSize, left <= Self.usualSize / 2 {
            let smaller = Self.allocate(Self.usualSize)
            memcpy(smaller, base + start, left)
            free(base)
            base = smaller
            capacity = Self.usualSize
        } else if start > 0, left > 0 {
            memmove(base, base + start, left)
        }
        end = left
        tapped -= start
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
