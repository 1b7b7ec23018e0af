import JSON
import Synchronization

/// What one worker counts while it lives; saved with each renewal of its lease.
final class WorkerTally: Sendable {
    private let state = Mutex(FlowCounts())

    func count(_ change: (inout FlowCounts) -> Void) { state.withLock { change(&$0) } }

    var counts: FlowCounts { state.withLock { $0 } }

    /// As it is stored.
    var text: String { (try? JSON.encode(counts).text) ?? "{}" }
}
