package import JSON
package import Model
package import Sync

/// Runs one connector once and waits for its answer; `ConnectorCalls`, or its stand-in in a test of the wire.
package protocol ConnectorCalling: Sendable {
    func check(_ kind: ConnectorKind, _ connector: ConnectorID) async throws -> CheckAnswer

    func check(
        _ kind: ConnectorKind, definition: DefinitionID, configuration: JSON, workspace: WorkspaceID
    ) async throws -> CheckAnswer

    func discover(_ source: ConnectorID, usesCache: Bool) async throws -> DiscoverAnswer

    func discoverObjects(_ destination: ConnectorID, usesCache: Bool) async throws -> DiscoverAnswer

    func specification(repository: String, tag: String) async throws -> SpecificationAnswer
}

extension ConnectorCalls: ConnectorCalling {}
