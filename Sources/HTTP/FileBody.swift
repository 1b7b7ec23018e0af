package import Posix

/// A body that is read from a file while it is sent, so that a long one takes no memory.
package struct FileBody: Sendable, Hashable {
    /// Read from its beginning. It stays open until the answer is sent or given up.
    package let file: Descriptor
    package let size: Int

    package init(_ file: Descriptor, size: Int) {
        self.file = file
        self.size = size
    }

    package static func == (a: FileBody, b: FileBody) -> Bool { a.file === b.file }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(file)) }
}
