/// What the scanner says about one line: its type and, for a record, where the members of `record` are.
///
/// Ranges count bytes from the start of the line.
package struct Envelope: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case record, rows, state, log, trace, control, spec, connectionStatus, catalog, destinationCatalog
        /// A message of a type that this version does not know.
        case other
        /// A RECORD that lacks what a record must have, or whose data is empty. Its text must not be logged.
        case malformedRecord
        /// No message.
        case garbage
    }

    package var kind: Kind
    /// The value of `stream`, its quotes included.
    package var stream: Range<Int>?
    /// The value of `namespace`, its quotes included, or `null`.
    package var namespace: Range<Int>?
    /// The value of `data`, its braces included.
    package var data: Range<Int>?
    /// The value of `emitted_at`, of whatever kind.
    package var emittedAt: Range<Int>?
    /// The index behind the opening brace of `record`.
    package var recordBody: Int?
    /// The value of `meta`, of whatever kind.
    package var meta: Range<Int>?
    /// The value of `file_reference`, or of `file` as old file transfers have it.
    package var file: Range<Int>?
    /// Whether `record` has members beyond stream, namespace, data and emitted_at.
    package var hasExtras = false
    /// Whether `record` or its `data` stands there more than once: what is read is the last, and the others go on with it.
    package var isAmbiguous = false
    /// The memo whose bytes this line begins with; nil where the line was read in full and could not be remembered.
    package var prefix: Prefix?

    /// The bytes of a record up to its `data`. Two lines with the same serial begin with the same bytes.
    package struct Prefix: Sendable, Equatable {
        /// Less than `EnvelopeScanner.memoCount`.
        package let slot: Int
        package let serial: Int
        package let length: Int
    }

    static let garbage = Envelope(kind: .garbage)

    /// Whether stream and namespace are wholly within the remembered prefix.
    package var isNamedByPrefix: Bool {
        guard let prefix, let stream, stream.upperBound <= prefix.length else { return false }
        return (namespace?.upperBound ?? 0) <= prefix.length
    }
}
