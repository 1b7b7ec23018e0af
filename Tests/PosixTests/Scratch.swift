import Glibc
import Posix

/// A directory for one test, removed with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = "/tmp/swiftlet-posix-\(UUID())"
        try Directory.create(path)
    }

    deinit { try? Directory.remove(path) }
}
