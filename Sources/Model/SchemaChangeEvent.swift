package import JSON
package import Posix
package import Time

/// What became of a connection when its source's schema was found to have changed.
package struct SchemaChangeEvent: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The connection goes on with the changed schema.
        case propagated
        /// The connection goes on as it is, and a person should look at the change.
        case actionRequired = "action_required"
        /// The connection was switched off, for it cannot go on without what is gone.
        case breaking
        /// The connection was switched off, for it wants to be at any change.
        case deactivated
    }

    package var connection: ConnectionID
    package var kind: Kind
    /// The catalog that brought the change to light.
    package var catalog: UUID
    /// The difference as Airbyte's API writes it: `{"transforms": […]}`.
    package var changes: JSON
    package var time: Instant

    package init(connection: ConnectionID, kind: Kind, catalog: UUID, changes: JSON, time: Instant) {
        self.connection = connection
        self.kind = kind
        self.catalog = catalog
        self.changes = changes
        self.time = time
    }
}
