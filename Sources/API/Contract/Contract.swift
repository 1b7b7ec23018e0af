/// What an operation promises: who may call it, what it takes and what it gives. The routes are held against the table
/// of contracts; the description of the API is written from it.
package struct Contract: Sendable {
    package let operation: String
    package let access: AccessRule
    /// One sentence for the reader of the description.
    package let summary: String
    /// The body, or nil where there is none.
    package let takes: Shape?
    /// The parameters of the query, as the members of an object.
    package let query: Shape?
    /// The body of the answer; nil where it is empty (204).
    package let gives: Shape?
    /// What the operation does to what is stored; reads are not written to the audit log.
    package let effect: Effect
    /// Of the answer's body; several where the request chooses.
    package let mediaTypes: [String]
    /// Whether it is more than an answer that says it is not there.
    package let isImplemented: Bool

    static let json = "application/json"
    package var givesJSON: Bool { mediaTypes == [Self.json] }

    package enum Effect: Sendable {
        case reads
        /// Makes something; may be sent again with the same Idempotency-Key.
        case creates
        case changes
    }

    init(
        _ operation: String, _ access: AccessRule, _ effect: Effect, _ summary: String, takes: Shape? = nil,
        query: Shape? = nil, gives: Shape? = nil, mediaTypes: [String] = [Contract.json]
    ) {
        self.operation = operation
        self.access = access
        self.summary = summary
        self.takes = takes
        self.query = query
        self.gives = gives
        self.effect = effect
        self.mediaTypes = mediaTypes
        isImplemented = true
    }

    /// The contract of an operation of Airbyte's that answers 501.
    init(notImplemented operation: String) {
        self.operation = operation
        access = .signedIn
        summary = "Swiftlet does not have this."
        takes = nil
        query = nil
        gives = nil
        effect = .reads
        mediaTypes = [Contract.json]
        isImplemented = false
    }

    /// A contract of an operation that only reads.
    init(
        _ operation: String, _ access: AccessRule, _ summary: String, takes: Shape? = nil, query: Shape? = nil,
        gives: Shape? = nil, mediaTypes: [String] = [Contract.json]
    ) {
        self.init(
            operation, access, .reads, summary, takes: takes, query: query, gives: gives, mediaTypes: mediaTypes)
    }
}
