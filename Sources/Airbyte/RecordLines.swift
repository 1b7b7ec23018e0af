/// Lines that follow one another and are like a record that was read in full: they differ from it in nothing but their
/// `data` and the number in `emitted_at`.
package struct RecordLines: Sendable, Equatable {
    /// Their bytes, newlines included.
    package var length = 0
    package var records = 0
    /// The bytes of their `data`.
    package var dataBytes = 0
    /// The bytes that were put out for them.
    package var written = 0
    /// Whether there was no room to put out the next one.
    package var isFull = false

    package init() {}
}
