import Access
import Airbyte
import JSON
import Model
import SQL
import Store

/// Moves a definition to another version of its connector, or renames it.
struct DefinitionChange: Sendable {
    /// Nil: it stays.
    let name: String?
    let tag: String

    /// The connector is asked for its specification anew before anything is written, so a version that cannot be started
    /// changes nothing. Throws 422 for connectors that come with Swiftlet, whose version changes with the programs.
    func apply(
        to kind: ConnectorKind, _ id: DefinitionID, for caller: Caller, _ services: APIServices
    ) async throws -> ConnectorDefinition {
        let before = try await services.database.read { try $0.definition(kind, id) }
        let image = try ConnectorImage(repository: before.repository, tag: tag)
        guard !image.isNative else {
            throw Problem.unprocessable("\(before.name) comes with Swiftlet and changes with Swiftlet's version only.")
        }
        try image.requireAllowed(for: caller)
        let found = tag == before.tag ? nil : try await services.specification(of: image)
        return try await services.database.write { session in
            var definition = try session.lockedDefinition(kind, id)
            definition.name = name ?? definition.name
            if let found {
                definition.tag = found.tag
                definition.specification = found.specification
            }
            try session.update(definition)
            return definition
        }
    }
}
