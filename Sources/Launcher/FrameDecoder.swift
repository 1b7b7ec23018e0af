/// Cuts what comes out of a pipe into frames.
struct FrameDecoder {
    private var bytes: [UInt8] = []
    private var first = 0

    mutating func append(_ part: [UInt8]) {
        if first > 0 && (first == bytes.count || first >= 1 << 20) {
            bytes.removeFirst(first)
            first = 0
        }
        bytes += part
    }

    /// The next whole frame; nil when more bytes are needed. What is no frame, or too long a one, is an error.
    mutating func next() throws(LauncherError) -> Frame? {
        let there = bytes.count - first
        guard there >= 5 else { return nil }
        guard let kind = Frame.Kind(rawValue: bytes[first]) else {
            throw LauncherError(.badFrame, "A message of unknown kind \(bytes[first]) came from the other process.")
        }
        let length = (1...4).reversed().reduce(0) { $0 << 8 | Int(bytes[first + $1]) }
        guard length <= Frame.limit else {
            throw LauncherError(.badFrame, "A message of \(length) bytes came; the limit is \(Frame.limit).")
        }
        guard there - 5 >= length else { return nil }
        let start = first + 5
        first = start + length
        return Frame(kind, Array(bytes[start..<first]))
    }

    /// Whether part of a frame is left over.
    var isInside: Bool { first < bytes.count }
}
