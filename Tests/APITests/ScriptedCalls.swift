import API
import Airbyte
import JSON
import Model
import Posix
import Sync
import Synchronization
import Time

/// Answers in a worker's place, and remembers the last configuration it was handed.
final class ScriptedCalls: ConnectorCalling {
    private struct State {
        var check = CheckAnswer(succeeded: true, message: nil, failure: nil, call: record)
        var discover = DiscoverAnswer(catalogID: nil, failure: nil, call: record)
        var specification = SpecificationAnswer(specification: nil, tag: "", failure: nil, call: record)
        var configuration: JSON?
        var isSilent = false
    }

    static let record = CallRecord(createdAt: TestAPI.now, endedAt: TestAPI.now, logLines: ["one line"])
    private let state = Mutex(State())

    var configuration: JSON? { state.withLock { $0.configuration } }
    func script(_ answer: CheckAnswer) { state.withLock { $0.check = answer } }
    func script(_ answer: DiscoverAnswer) { state.withLock { $0.discover = answer } }
    /// Sources tell nothing until whoever asks gives up.
    func fallSilent() { state.withLock { $0.isSilent = true } }
    func script(_ answer: SpecificationAnswer) { state.withLock { $0.specification = answer } }

    func check(_ kind: ConnectorKind, _ connector: ConnectorID) async throws -> CheckAnswer {
        state.withLock { $0.check }
    }

    func check(
        _ kind: ConnectorKind, definition: DefinitionID, configuration: JSON, workspace: WorkspaceID
    ) async throws -> CheckAnswer {
        state.withLock { state in
            state.configuration = configuration
            return state.check
        }
    }

    func discover(_ source: ConnectorID, usesCache: Bool) async throws -> DiscoverAnswer {
        if state.withLock({ $0.isSilent }) { try await Task.sleep(for: .seconds(3600)) }
        return state.withLock { $0.discover }
    }

    func discoverObjects(_ destination: ConnectorID, usesCache: Bool) async throws -> DiscoverAnswer {
        state.withLock { $0.discover }
    }

    func specification(repository: String, tag: String) async throws -> SpecificationAnswer {
        state.withLock { $0.specification }
    }
}
