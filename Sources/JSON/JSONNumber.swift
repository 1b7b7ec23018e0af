/// A JSON number as its text, so that no digit is lost on the way through.
package struct JSONNumber: Sendable, Hashable {
    package let text: String

    package init(_ value: some BinaryInteger) { text = String(value) }

    /// As the general one, at a fraction of its time.
    package init(_ value: Int) { text = value.description }

    package init(_ value: Int64) { text = value.description }

    /// The shortest text that reads back as the same double; nil for NaN and the infinities, which JSON cannot write.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// The caller promises that the text follows JSON's grammar for numbers.
    package init(grammatical text: String) { self.text = text }

    package var int64: Int64? { Int64(text) ?? double.flatMap { Int64(exactly: $0) } }
    package var double: Double? { Double(text) }
}
