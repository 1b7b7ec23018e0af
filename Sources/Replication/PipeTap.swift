import Posix

/// Reads what waits in a pipe and leaves it there, so that what has to go on unchanged can be moved to the next pipe
/// instead of being copied into it.
///
/// The memory stays the kernel's, and nobody can write to it through a pipe. Only a source that gave its own memory or
/// a file's to the pipe (vmsplice, splice) can still change it; it then cheats its own records.
struct PipeTap {
    /// Fewer bytes are not worth the system calls.
    private static let worthTapping = 64 << 10
    private static let turnsInPause = 64
    /// Room for twice what is read at once, as the pages of a pipe may be half full.
    private static let capacity = 512 << 10

    private let pipe: Descriptor
    private let inner: Pipe
    private var paused = 0
    private var read = 0
    private var moved = 0

    /// Nil where the system has no pipe to spare.
    init?(_ pipe: Descriptor) {
        guard let inner = try? Pipe(capacity: Self.capacity) else { return nil }
        self.pipe = pipe
        self.inner = inner
    }

    /// Whether to read through it, after so many bytes came last.
    mutating func isDue(_ latest: Int) -> Bool {
        if paused > 0 { paused -= 1 }
        return paused == 0 && latest >= Self.worthTapping
    }

    /// Copies the first bytes of the pipe, as many as there are and fit; 0 at its end. Nil: the pipe is none, or the
    /// system cannot do this.
    mutating func read(into room: UnsafeMutableRawBufferPointer) -> Int? {
        guard let count = try? pipe.tee(to: inner.writer, room.count) else { return nil }
        guard count > 0 else { return 0 }
        let part = UnsafeMutableRawBufferPointer(rebasing: room[..<count])
        guard (try? inner.reader.fill(part)) == true else { return nil }
        read += count
        return count
    }

    mutating func note(moved count: Int) { moved += count }

    /// Leaves it out for a while if less than half of what was read went on by being moved.
    mutating func judge() {
        if moved < read / 2 { pause() }
        read = 0
        moved = 0
    }

    mutating func pause() { paused = Self.turnsInPause }
}
