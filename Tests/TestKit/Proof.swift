package import Testing

/// Names the rules of `Tests/protocol-rules.txt` that a test, or every test of a suite, proves.
///
/// It changes nothing in how they run: `scripts/protocol_coverage.py` reads it from the sources.
package struct Proof: TestTrait, SuiteTrait {
    package let rules: [String]
}

extension Trait where Self == Proof {
    package static func proves(_ rules: String...) -> Proof { Proof(rules: rules) }
}
