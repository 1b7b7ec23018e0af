import Airbyte
import Flow
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import Synchronization
import Time

/// Stands in for discoveries: finds the catalog it is given, finds nothing, or hangs until it is to do otherwise.
final class ScriptedDiscovery: Workflow {
    enum Script: Sendable {
        case finds(AirbyteCatalog)
        case fails
        case hangs
    }

    static let name = DiscoverCatalog.name
    static let queue = DiscoverCatalog.queue

    private let state: Mutex<(script: Script, begun: Int)>

    init(_ script: Script) { state = Mutex((script, 0)) }

    /// How often it was asked.
    var begun: Int { state.withLock { $0.begun } }
    func script(_ script: Script) { state.withLock { $0.script = script } }

    func run(_ input: DiscoverCatalog.Input, in flow: Flow) async throws -> DiscoverAnswer {
        state.withLock { $0.begun += 1 }
        while case .hangs = state.withLock({ $0.script }) {
            try flow.checkpoint()
            try await Task.sleep(for: .milliseconds(5))
        }
        let never = Instant(seconds: 0)
        let call = CallRecord(createdAt: never, endedAt: never, logLines: [])
        switch state.withLock({ $0.script }) {
        case .fails:
            let failure = FailureReason(.source, .system, "The door is shut.", at: never)
            return DiscoverAnswer(catalogID: nil, failure: failure, call: call)
        case .hangs: throw CancellationError()
        case .finds(let catalog):
            let id = try await flow.fenced { session in
                let source = try session.connector(.source, input.source)
                return try session.keep(
                    DiscoveredCatalog(
                        sourceID: input.source, catalog: catalog, configurationHash: source.configurationHash,
                        connectorVersion: "exec:none:1", createdAt: Instant(microseconds: session.now())))
            }
            return DiscoverAnswer(catalogID: id, failure: nil, call: call)
        }
    }
}
