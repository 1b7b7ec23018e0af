import Glibc
import Posix
import Synchronization

/// Writes lines to a destination's input: small pieces are gathered, large ones go out as they are.
struct LineWriter: ~Copyable {
    private static let gathered = 256 << 10
    private static let largeEnough = 16 << 10

    private let descriptor: Descriptor
    private let abandon: Wakeup
    private let progress: PipeProgress
    /// The small pieces, `pending` bytes of them.
    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: gathered, alignment: 64)
    private var pending = 0

    /// A signalled `abandon` gives the writing up, even in the middle of a line.
    init(_ descriptor: Descriptor, abandon: Wakeup, progress: PipeProgress) throws(PosixError) {
        self.descriptor = descriptor
        self.abandon = abandon
        self.progress = progress
        try descriptor.setNonblocking()
    }

    deinit { buffer.deallocate() }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(PosixError) {
        if bytes.count >= Self.largeEnough {
            try flush()
            return try write(bytes)
        }
        if bytes.count > Self.gathered - pending { try flush() }
        guard let start = bytes.baseAddress else { return }
        memcpy(buffer + pending, start, bytes.count)
        pending += bytes.count
    }

    /// Lets `put` write small pieces straight to where they are gathered; it returns how many bytes it wrote.
    mutating func gather(_ put: (UnsafeMutableRawBufferPointer) -> Int) {
        pending += put(UnsafeMutableRawBufferPointer(start: buffer + pending, count: Self.gathered - pending))
    }

    var isEmpty: Bool { pending == 0 }

    /// Moves bytes out of another pipe, without copying them. Returns how many: fewer where the system cannot do that.
    mutating func splice(from pipe: Descriptor, _ count: Int) throws(PosixError) -> Int {
        try flush()
        var done = 0
        progress.beginWriting()
        defer { progress.endWriting() }
        while done < count {
            do throws(PosixError) {
                if let moved = try pipe.splice(to: descriptor, count - done) {
                    if moved == 0 { return done }
                    done += moved
                    progress.beginWriting()
                    continue
                }
            } catch {
                if error.code == .brokenPipe { throw error }
                return done
            }
            try awaitRoom()
        }
        return done
    }

    mutating func append(_ bytes: [UInt8]) throws(PosixError) {
        let result = bytes.withUnsafeBytes { buffer -> PosixError? in
            do throws(PosixError) {
                try append(buffer)
                return nil
            } catch {
                return error
            }
        }
        if let result { throw result }
    }

    mutating func flush() throws(PosixError) {
        guard pending > 0 else { return }
        let bytes = UnsafeRawBufferPointer(start: buffer, count: pending)
        pending = 0
        try write(bytes)
    }

    /// Waits until the other side has taken everything. Throws if it goes away before: what is left in the pipe is lost.
    mutating func drain() throws(PosixError) {
        try flush()
        progress.beginWriting()
        defer { progress.endWriting() }
        var left = descriptor.unread
        while left > 0 {
            let ready = Poll.wait(
                [.broken(descriptor), .readable(abandon.descriptor)], until: BootClock.now + .milliseconds(1))
            let now = descriptor.unread
            if now > 0, ready != [false, false] {
                throw PosixError(.brokenPipe, "The last \(now) bytes were not taken.")
            }
            if now < left { progress.beginWriting() }
            left = now
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(PosixError) {
        var rest = bytes
        progress.beginWriting()
        defer { progress.endWriting() }
        while !rest.isEmpty {
            let count = try descriptor.writeWhatFits(rest)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                progress.beginWriting()
                continue
            }
            try awaitRoom()
        }
    }

    private func awaitRoom() throws(PosixError) {
        let ready = Poll.wait([.writable(descriptor), .readable(abandon.descriptor)])
        if ready[1] { throw PosixError(.brokenPipe, "The writing to the destination was given up.") }
    }
}
