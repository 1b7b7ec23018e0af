import Posix

// What is read through the tap is in the buffer and in the pipe. Before more is read, the lines that were taken leave the
// pipe: those that go on as they are by being moved, the others by being read again. The beginning of a line stays.
extension LineReader {
    /// Fewer bytes are not worth the system calls.
    private static let worthMoving = 16 << 10

    /// Passes on lines that were taken, as they are.
    mutating func pass(_ lines: Range<Int>, to writer: inout LineWriter) throws(PosixError) {
        var at = lines.lowerBound
        if lines.upperBound - max(at, tapped) >= Self.worthMoving {
            if at < tapped {
                try writer.append(UnsafeRawBufferPointer(start: base + at, count: tapped - at))
                at = tapped
            }
            try takeOut(to: at)
            let count = try writer.splice(from: descriptor, lines.upperBound - at)
            at += count
            tapped = at
            tap?.note(moved: count)
            if at < lines.upperBound { tap = nil }
        }
        if at < lines.upperBound {
            try writer.append(UnsafeRawBufferPointer(start: base + at, count: lines.upperBound - at))
        }
    }

    /// Nil: this time it has to be read without the tap.
    mutating func readThroughTap(into room: UnsafeMutableRawBufferPointer) -> Int? {
        guard tap?.isDue(latest) == true else { return nil }
        guard let count = tap?.read(into: room) else {
            tap = nil
            return nil
        }
        end += count
        return count
    }

    /// A line that is long, or slow to come, is better read out of the pipe.
    mutating func untapLine() throws(PosixError) {
        guard tapped < end else { return }
        tap?.pause()
        try takeOut(to: end)
    }

    /// Takes the lines out of the pipe that were taken and not moved on.
    mutating func releaseTapped() throws(PosixError) {
        tap?.judge()
        guard tapped < end else { return }
        try takeOut(to: start)
        end = max(start, tapped)
        searched = min(searched, end)
    }

    /// Reads bytes once more that are in the buffer already.
    private mutating func takeOut(to offset: Int) throws(PosixError) {
        while tapped < offset {
            let room = UnsafeMutableRawBufferPointer(start: base + tapped, count: offset - tapped)
            let count = try descriptor.read(into: room)
            if count == 0 { throw PosixError(.cutShort, "Something else has read from the pipe.") }
            tapped += count
        }
    }
}
