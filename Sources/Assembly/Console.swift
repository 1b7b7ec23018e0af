import Glibc

/// What a program says to the person who started it.
package enum Console {
    /// Writes to standard output at once, also where that is a pipe.
    package static func say(_ text: String) { put(text, on: 1) }

    package static func complain(_ text: String) { put(text, on: 2) }

    private static func put(_ text: String, on descriptor: Int32) {
        let bytes = Array((text + "\n").utf8)
        bytes.withUnsafeBytes { _ = write(descriptor, $0.baseAddress, $0.count) }
    }
}
