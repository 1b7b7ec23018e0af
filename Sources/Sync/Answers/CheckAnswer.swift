package import Airbyte

/// What came of checking a configuration.
package struct CheckAnswer: Sendable, Codable {
    /// Nil where the check itself could not be carried out; then `failure` says why.
    package var succeeded: Bool?
    /// The connector's own words.
    package var message: String?
    package var failure: FailureReason?
    package var call: CallRecord

    package init(succeeded: Bool?, message: String?, failure: FailureReason?, call: CallRecord) {
        self.succeeded = succeeded
        self.message = message
        self.failure = failure
        self.call = call
    }
}
