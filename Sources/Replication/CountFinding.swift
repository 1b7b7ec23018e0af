package import Airbyte

/// Counts of records that do not agree (protocol.md 2.5).
package struct CountFinding: Sendable, Hashable {
    /// Whose count differs from ours.
    package var side: ConnectorRole
    /// Nil where the count is of all streams together.
    package var stream: StreamDescriptor?
    package var sentence: String

    package init(_ side: ConnectorRole, stream: StreamDescriptor?, _ sentence: String) {
        self.side = side
        self.stream = stream
        self.sentence = sentence
    }
}
