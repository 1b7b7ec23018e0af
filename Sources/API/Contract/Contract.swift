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
    /// Where the body of the answer is no JSON.
    package let mediaType: String

    package enum Effect: Sendable {
        case reads
        /// Makes something; may be sent again with the same Idempotency-Key.
        case creates
        case changes
    }

    init(
        _ operation: String, _ access: AccessRule, _ effect: Effect, _ summary: String, takes: Shape? = nil,
        query: Shape? = nil, gives: Shape? = nil, mediaType: String = "application/json"
    ) {
        self.operation = operation
        self.access = access
        self.summary = summary
        self.takes = takes
        self.query = query
        self.gives = gives
        self.effect = effect
        self.mediaType = mediaType
    }

    /// A contract of an operation that only reads.
    init(
        _ operation: String, _ access: AccessRule, _ summary: String, takes: Shape? = nil, query: Shape? = nil,
        gives: Shape? = nil, mediaType: String = "application/json"
    ) {
        self.init(
            operation, access, .reads, summary, takes: takes, query: query, gives: gives, mediaType: mediaType)
    }
}
