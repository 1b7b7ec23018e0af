package import Airbyte
package import JSON

/// What an image answered to `spec`.
package struct SpecificationAnswer: Sendable, Codable {
    /// Nil where the connector gave none; then `failure` says why.
    package var specification: JSON?
    /// The tag with `latest` resolved to a version.
    package var tag: String
    package var failure: FailureReason?
    package var call: CallRecord

    package init(specification: JSON?, tag: String, failure: FailureReason?, call: CallRecord) {
        self.specification = specification
        self.tag = tag
        self.failure = failure
        self.call = call
    }
}
