/// What a value does not fulfil of its schema. It holds names of members and words of the schema, never a value.
package struct SchemaViolation: Sendable, Hashable {
    /// Dotted, with `[0]` for the elements of a list; empty for the whole value.
    package let path: String
    /// What is wrong, as the rest of a sentence: `must be text`.
    package let problem: String

    package init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    /// The sentence, without its full stop; `whole` is what the value is called.
    package func sentence(whole: String = "the value") -> String { "\(path.isEmpty ? whole : path) \(problem)" }
}
