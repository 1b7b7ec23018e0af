import Posix
import Synchronization

/// Writes frames to a pipe, blocking; threads may share it, frames never mix.
final class FrameWriter: Sendable {
    private let descriptor: Descriptor
    private let turn = Mutex(())

    init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    func write(_ frame: Frame) throws(LauncherError) {
        guard frame.content.count <= Frame.limit else {
            throw LauncherError(
                .badFrame, "A message of \(frame.content.count) bytes cannot be sent; the limit is \(Frame.limit).")
        }
        let result = turn.withLock { _ -> Result<Void, LauncherError> in
            do throws(PosixError) {
                // Two writes for a large frame cost less than a copy of it.
                if frame.content.count < 4096 {
                    try descriptor.write(frame.bytes)
                } else {
                    try descriptor.write(frame.header)
                    try descriptor.write(frame.content)
                }
                return .success(())
            } catch {
                return .failure(LauncherError(.badFrame, error))
            }
        }
        try result.get()
    }
}
