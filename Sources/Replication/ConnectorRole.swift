package import Airbyte

/// Which of the two connectors of an attempt.
package enum ConnectorRole: String, Sendable, Codable, Hashable {
    case source, destination

    package var origin: FailureReason.Origin { self == .source ? .source : .destination }
}
