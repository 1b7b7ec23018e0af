import Airbyte
import Model
import Posix
import SQL
import Store
import Sync

/// Finds out what a source offers, for a request that must not wait for it for ever.
struct SourceStreams: Sendable {
    private let services: APIServices

    init(_ services: APIServices) { self.services = services }

    /// The source's catalog, a cached one where it may be; nil where the source did not tell it within `patience`: then
    /// its discovery goes on, and whoever asks later gets its answer. Throws 422 where the discovery fails.
    func catalog(
        of source: ConnectorID, usesCache: Bool = true, within patience: Duration
    ) async throws -> DiscoveredCatalog? {
        let calls = services.calls
        let answer = try await withThrowingTaskGroup(of: DiscoverAnswer?.self) { group in
            group.addTask { try await calls.discover(source, usesCache: usesCache) }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let answer else { return nil }
        guard let id = answer.catalogID.flatMap({ UUID($0) }) else {
            let reason = answer.failure?.externalMessage ?? "The connector gave no reason."
            throw Problem.unprocessable("The source's streams could not be discovered: \(reason)")
        }
        return try await services.database.read { try $0.discoveredCatalog(id) }
    }
}
