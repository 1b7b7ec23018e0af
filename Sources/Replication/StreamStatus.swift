/// How far a stream is (protocol.md 2.7).
package enum StreamStatus: String, Sendable, Codable {
    case pending = "PENDING"
    case running = "RUNNING"
    case rateLimited = "RATE_LIMITED"
    case complete = "COMPLETE"
    case incomplete = "INCOMPLETE"

    package var isTerminal: Bool { self == .complete || self == .incomplete }
}
