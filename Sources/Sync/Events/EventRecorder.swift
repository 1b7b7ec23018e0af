import Flow
import JSON
package import Model
import Notifications
package import SQL
import Store
package import Time

/// Writes down what happens to connections, in the transaction in which it happens, and starts telling of it in the same
/// one: neither an event without its deliveries nor a delivery without its event outlives a crash.
package struct EventRecorder: Sendable {
    package init() {}

    /// Records an event of a connection. `fill` adds to its detail what the names do not tell.
    @discardableResult
    package func record(
        _ kind: ConnectionEvent.Kind, of connection: ConnectionID, job: JobID? = nil, in session: any Session,
        at now: Instant, _ fill: (inout EventDetail) throws -> Void = { _ in }
    ) throws -> ConnectionEvent {
        try record(kind, in: session.eventScope(of: connection), job: job, session, at: now, fill)
    }

    @discardableResult
    func record(
        _ kind: ConnectionEvent.Kind, in scope: EventScope, job: JobID?, _ session: any Session, at now: Instant,
        _ fill: (inout EventDetail) throws -> Void
    ) throws -> ConnectionEvent {
        var detail = scope.detail
        try fill(&detail)
        let event = ConnectionEvent(
            workspaceID: scope.workspaceID, connectionID: scope.connectionID, jobID: job, kind: kind, detail: detail,
            createdAt: now)
        try session.insert(event)
        for channel in scope.notifications.channels(for: kind, tellsSchemaChanges: scope.tellsSchemaChanges) {
            try session.insertDelivery(of: event.id, over: channel, at: now)
            try RunStarter().start(
                DeliverNotice.self, DeliverNotice.Input(event: event.id, channel: channel), in: session,
                options: StartOptions(priority: .manual, workspace: scope.workspaceID.description))
        }
        return event
    }
}
