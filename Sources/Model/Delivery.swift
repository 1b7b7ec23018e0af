package import Time

/// How it stands with telling one receiver of one event.
package struct Delivery: Sendable, Hashable {
    package enum Channel: String, Sendable, Codable, CaseIterable { case slack, webhook }

    package enum Status: String, Sendable, CaseIterable {
        case pending, delivered
        /// Given up.
        case failed
    }

    package var eventID: EventID
    package var channel: Channel
    package var status: Status
    /// How many calls have come to an end so far.
    package var tries: Int
    /// Why the last call failed; holds no path of an address.
    package var message: String?
    package var updatedAt: Instant

    package init(
        eventID: EventID, channel: Channel, status: Status, tries: Int, message: String?, updatedAt: Instant
    ) {
        self.eventID = eventID
        self.channel = channel
        self.status = status
        self.tries = tries
        self.message = message
        self.updatedAt = updatedAt
    }
}
