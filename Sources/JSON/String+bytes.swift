import Glibc

extension String {
    /// Whether both are the same bytes of UTF-8. Swift's own comparison takes two spellings of one letter for the same.
    package func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let isSame = utf8.withContiguousStorageIfAvailable { mine in
            other.utf8.withContiguousStorageIfAvailable { theirs in
                guard let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return true }
                return memcmp(mine, theirs, utf8.count) == 0
            }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// The text with `replacement` wherever the bytes of `part` are: also before an accent, which to Swift makes another
    /// character of what it stands behind.
    package func replacing(bytesOf part: String, with replacement: String) -> String {
        guard !part.isEmpty else { return self }
        let pieces = Array(utf8).split(separator: Array(part.utf8), omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return self }
        return String(decoding: Array(pieces.joined(separator: replacement.utf8)), as: UTF8.self)
    }
}
