package import Model
package import SQL

/// Hears what became of connections whose sources have changed.
package protocol SchemaChangeListener: Sendable {
    /// Called inside the transaction that changes the connection: what it writes is committed with it or not at all, and
    /// what it throws undoes both. It may be called again where the transaction has to be.
    ///
    /// Whether the connection wants to be heard of (`tellsSchemaChanges`) is for the listener to ask.
    func schemaChanged(_ event: SchemaChangeEvent, in session: any Session) throws
}
