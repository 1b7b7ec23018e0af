import Flow
import Synchronization

/// A workflow that is counted: it lives as long as a task, or anything else of its worker, holds on to it.
final class Citizen: Workflow {
    static let name: WorkflowName = "citizen"

    private let census: Census

    init(_ census: Census) {
        self.census = census
        census.change { ($0.born, $0.living) = ($0.born + 1, $0.living + 1) }
    }

    deinit { census.change { $0.living -= 1 } }

    func run(_ number: Int, in flow: Flow) async throws -> Int {
        try await flow.step("one") { [census] _ in census.born > 0 ? number : 0 }
    }
}

/// Counts citizens.
final class Census: Sendable {
    private let counts = Mutex((born: 0, living: 0))

    var born: Int { counts.withLock { $0.born } }
    var living: Int { counts.withLock { $0.living } }

    func change(_ body: (inout (born: Int, living: Int)) -> Void) { counts.withLock { body(&$0) } }
}
