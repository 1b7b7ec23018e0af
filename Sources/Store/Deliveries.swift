package import Model
package import SQL
package import Time

extension Session {
    /// Adds a delivery that nothing was done for yet.
    package func insertDelivery(of event: EventID, over channel: Delivery.Channel, at time: Instant) throws {
        try run(
            """
            INSERT INTO delivery (event_id, channel, status, updated_at)
            VALUES (\(event), \(channel.rawValue), 'pending', \(time))
            """)
    }

    /// Counts a call that is over, and says how it stands now. One that has ended stays as it is.
    package func countTry(
        _ status: Delivery.Status, message: String?, of event: EventID, over channel: Delivery.Channel, at time: Instant
    ) throws {
        try run(
            """
            UPDATE delivery SET status = \(status.rawValue), tries = tries + 1, message = \(message),
                                updated_at = \(time)
            WHERE event_id = \(event) AND channel = \(channel.rawValue) AND status = 'pending'
            """)
    }

    package func deliveries(of event: EventID) throws -> [Delivery] {
        try rows("SELECT * FROM delivery WHERE event_id = \(event) ORDER BY channel").map { row in
            Delivery(
                eventID: try row.id("event_id"), channel: try row.choice("channel"), status: try row.choice("status"),
                tries: try row.get("tries"), message: try row.getOptional("message"),
                updatedAt: try row.get("updated_at"))
        }
    }
}
