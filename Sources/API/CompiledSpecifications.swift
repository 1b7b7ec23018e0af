import Airbyte
import JSON
import JSONSchema
import Log
import Model
import Synchronization

/// The specifications of the definitions that were used last, read.
final class CompiledSpecifications: Sendable {
    private struct Entry {
        let specification: JSON
        /// Nothing where it cannot be read.
        let schema: JSONSchema?
    }

    private static let most = 128

    /// The last one used comes last.
    private let entries = Mutex<[(definition: DefinitionID, entry: Entry)]>([])

    /// Nothing where it cannot be read; the log says so once for as long as it is remembered.
    func compiled(of definition: ConnectorDefinition, log: Log) -> JSONSchema? {
        let specification = definition.specification.connectionSpecification
        if let entry = entry(definition.id), entry.specification == specification { return entry.schema }
        let entry = Entry(specification: specification, schema: read(specification, of: definition, log: log))
        entries.withLock { entries in
            entries.removeAll { $0.definition == definition.id }
            entries.append((definition.id, entry))
            if entries.count > CompiledSpecifications.most { entries.removeFirst() }
        }
        return entry.schema
    }

    private func entry(_ definition: DefinitionID) -> Entry? {
        entries.withLock { entries in
            guard let index = entries.lastIndex(where: { $0.definition == definition }) else { return nil }
            let found = entries.remove(at: index)
            entries.append(found)
            return found.entry
        }
    }

    private func read(_ specification: JSON, of definition: ConnectorDefinition, log: Log) -> JSONSchema? {
        let details: JSONObject = ["definitionId": .string(definition.id.description)]
        do {
            let schema = try JSONSchema(specification)
            if !schema.omissions.isEmpty {
                log.warning(
                    "The specification of \(definition.name) is not checked where it cannot be read: "
                        + schema.omissions.prefix(10).joined(separator: ", "), details)
            }
            return schema
        } catch {
            log.warning(
                "The specification of \(definition.name) cannot be read, so only what it requires is checked: \(error)",
                details)
            return nil
        }
    }
}
