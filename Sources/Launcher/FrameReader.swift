import Posix

/// Reads frames from a pipe, blocking. For one thread.
struct FrameReader {
    private let descriptor: Descriptor
    private var decoder = FrameDecoder()

    init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    /// The next frame; nil at the end. A pipe that ends within a frame is an error.
    mutating func next() throws(LauncherError) -> Frame? {
        while true {
            if let frame = try decoder.next() { return frame }
            let part: [UInt8]
            do {
                part = try descriptor.read(upTo: 1 << 16)
            } catch {
                throw LauncherError(.badFrame, error)
            }
            if part.isEmpty {
                if decoder.isInside {
                    throw LauncherError(.badFrame, "The other process ended in the middle of a message.")
                }
                return nil
            }
            decoder.append(part)
        }
    }
}
