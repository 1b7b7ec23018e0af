import HTTPClient
import JSON
import Model
import Notifications
import SQL
import Secrets
import Store
import Time

/// The call that tells a receiver of an event.
enum NoticeCall {
    /// What a delivery has to do; read anew for each try, so that a mended setting counts at once.
    struct Order: Sendable {
        var event: ConnectionEvent
        var address: String
        /// What the body is signed with; nil for Slack.
        var secret: String?
    }

    /// Nil where nobody is to be told of it any more.
    static func order(
        _ id: EventID, over channel: Delivery.Channel, _ vault: SecretVault, in session: any Session
    ) throws -> Order? {
        let event: ConnectionEvent
        let settings: NotificationSettings
        do {
            event = try session.event(id)
            settings = try session.workspace(event.workspaceID).notifications
        } catch let error as StoreError where error.code == .notFound { return nil }
        guard let item = settings.item(for: event.kind), let address = item.address(of: channel) else { return nil }
        guard channel == .webhook, let stored = item.webhookConfiguration?.secret else {
            return Order(event: event, address: address)
        }
        return Order(event: event, address: address, secret: try vault.text(of: stored, in: session))
    }

    /// - Parameter key: the same for every try, so that a receiver can tell a repetition from a second event.
    static func message(
        _ body: JSON, to address: WebAddress, key: String, secret: String?, at time: Instant
    ) -> HTTPCall {
        let bytes = body.bytes
        var call = HTTPCall(
            address, headers: [("Content-Type", "application/json"), ("Idempotency-Key", key)], body: bytes)
        if let secret { call.headers.append((Signature.header, Signature.value(of: bytes, secret: secret, at: time))) }
        return call
    }
}
