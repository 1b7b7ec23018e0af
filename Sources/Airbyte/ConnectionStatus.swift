/// What a connector's `check` answers.
package struct ConnectionStatus: Sendable, Hashable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
    }

    package var outcome: Outcome
    package var message: String?

    package init(_ outcome: Outcome, message: String? = nil) {
        self.outcome = outcome
        self.message = message
    }

    enum CodingKeys: String, CodingKey {
        case outcome = "status"
        case message
    }
}
