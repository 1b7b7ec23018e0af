package import JSON
package import Model

/// Asks a worker to run one connector once and waits for its answer.
package struct ConnectorCalls: Sendable {
    /// Checks a saved source or destination.
    package func check(_ kind: ConnectorKind, _ connector: ConnectorID) async throws -> CheckAnswer {
        preconditionFailure("not built yet")
    }

    /// Checks a configuration that is not saved; it holds its secrets in plain.
    package func check(
        _ kind: ConnectorKind, definition: DefinitionID, configuration: JSON, workspace: WorkspaceID
    ) async throws -> CheckAnswer {
        preconditionFailure("not built yet")
    }

    /// Discovers a source's streams; a catalog discovered before with the same configuration and version will do
    /// unless `usesCache` is false.
    package func discover(_ source: ConnectorID, usesCache: Bool) async throws -> DiscoverAnswer {
        preconditionFailure("not built yet")
    }

    /// Asks an image for its specification; a tag `latest` comes back as a version.
    package func specification(repository: String, tag: String) async throws -> SpecificationAnswer {
        preconditionFailure("not built yet")
    }
}
