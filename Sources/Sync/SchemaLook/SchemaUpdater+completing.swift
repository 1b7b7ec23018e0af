import Airbyte
import Mapping
package import Model
package import SQL
import SchemaChanges
import Secrets
import Store
package import Time

extension SchemaUpdater {
    /// Completes the streams that a connection was made for before its source told what it offers. Writes it in the
    /// caller's transaction, which holds the connection's row; returns why it cannot be, in a sentence, or nil.
    package func complete(
        _ before: Connection, from found: DiscoveredCatalog, in session: any Session, at now: Instant
    ) throws -> String? {
        var connection = before
        let selecting = Set(before.treatments.filter(\.selectsFields).map(\.stream))
        for (index, stream) in before.catalog.streams.enumerated() where stream.stream.isAwaited {
            let wanted = stream.descriptor
            let named = found.catalog.streams.filter { $0.name == wanted.name }
            let fitting = named.filter { wanted.namespace == nil || $0.namespace == wanted.namespace }
            guard fitting.count == 1, let offered = fitting.first else {
                return fitting.isEmpty
                    ? "The source has no stream \(wanted)." : "The stream \(wanted) is in several namespaces; name one."
            }
            var fault: String?
            let isSelection = selecting.contains(wanted)
            guard let completed = stream.completed(by: offered, isSelection: isSelection, fault: &fault) else {
                return "The stream \(wanted) cannot be moved as it was asked for: \(fault ?? "it does not fit")."
            }
            connection.catalog.streams[index] = completed
            for place in connection.treatments.indices where connection.treatments[place].stream == wanted {
                connection.treatments[place].stream = completed.descriptor
            }
        }
        if let (one, other) = connection.collision(in: connection.catalog) {
            return "The streams \(one) and \(other) would be written to one place."
        }
        if let fault = try mapperFault(of: connection, in: session) { return fault }
        connection.sourceCatalogID = found.id
        connection.updatedAt = now
        try session.update(connection)
        return nil
    }
}
