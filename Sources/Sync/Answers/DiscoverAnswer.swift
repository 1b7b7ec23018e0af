package import Airbyte
package import Posix

/// What came of discovering a source's streams; the catalog itself is in the store.
package struct DiscoverAnswer: Sendable, Codable {
    /// Nil where the discovery failed; then `failure` says why.
    package var catalogID: String?
    package var failure: FailureReason?
    package var call: CallRecord

    package init(catalogID: UUID?, failure: FailureReason?, call: CallRecord) {
        self.catalogID = catalogID?.description
        self.failure = failure
        self.call = call
    }
}
