package import Model
package import SQL
import Store

extension EventRecorder: SchemaChangeListener {
    /// Records that a connection's source has changed, and what was done about it. Whether anybody is told, the
    /// connection's `tellsSchemaChanges` and the settings of its workspace decide.
    package func schemaChanged(_ event: SchemaChangeEvent, in session: any Session) throws {
        let (kind, message): (ConnectionEvent.Kind, String?) =
            switch event.kind {
            case .propagated: (.schemaPropagated, nil)
            case .actionRequired:
                (
                    .schemaNeedsAction,
                    "The connection goes on as it is; look at the changes and choose what it is to read."
                )
            case .breaking:
                (
                    .schemaBroke,
                    "The connection was switched off, for it cannot go on without what is gone; change its streams and "
                        + "switch it on again."
                )
            case .deactivated:
                (
                    .schemaNeedsAction,
                    "The connection was switched off, as it is to be at any change; look at it and switch it on again."
                )
            }
        try record(kind, of: event.connection, in: session, at: event.time) { detail in
            detail.catalogDiff = event.changes
            detail.message = message
        }
    }
}
