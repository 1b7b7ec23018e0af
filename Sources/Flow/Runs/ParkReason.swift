import SQL

/// Why a run is parked: set aside, neither failed nor claimed.
package enum ParkReason: String, Sendable, Hashable, CaseIterable {
    /// Somebody asked for it; `RunSignal.resume` puts it back.
    case paused
    /// No worker knows the workflow in that version; one that does puts it back when it begins.
    case unserved
    /// What is stored is not what the worker's version expects; the next worker that begins tries again.
    case unreadable

    /// Puts a parked run back. Its row must be locked.
    static func putBack(_ run: RunID, in session: any Session) throws {
        try session.run(
            """
            UPDATE run SET state = 'waiting', parked_because = NULL, due_at = \(session.dialect.now)
            WHERE id = \(run) AND state = 'parked'
            """)
        try RunEvent.write(.resumed, of: run, in: session)
        try session.notify(FlowChannel.due)
    }
}
