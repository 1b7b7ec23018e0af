package import Airbyte
package import Model
package import SchemaChanges

/// What a connection has done about its source's newest catalog.
package struct SchemaUpdate: Sendable {
    /// As it is now.
    package let connection: Connection
    /// The changes that matter to it; empty where none do.
    package let diff: CatalogDiff
    /// Nil where there is nothing to tell.
    package let kind: SchemaChangeEvent.Kind?
    /// The streams whose state was forgotten, so that they are read from their beginning.
    package let backfilled: [StreamDescriptor]
    /// A mapper that the change leaves without what it needs, in a sentence.
    package let fault: String?
}
