internal import JSON
internal import SQL
package import Time

/// What is known of a run from outside.
package struct RunStatus: Sendable, Hashable {
    package let id: RunID
    package let workflow: WorkflowName
    package let queue: QueueName
    package let workspace: String?
    package let parent: RunID?
    package let state: RunState
    package let priority: RunPriority
    package let dueAt: Instant
    /// Why a parked run is parked.
    package let parkedBecause: ParkReason?
    /// The signal that a waiting run waits for.
    package let awaits: SignalName?
    package let uniqueKey: String?
    package let claims: Int
    package let failures: Int
    package let worker: WorkerID?
    /// Set as soon as somebody asked for the run's cancellation.
    package let cancelReason: String?
    package let createdAt: Instant
    package let claimedAt: Instant?
    package let endedAt: Instant?
    package let failure: RunFailure?

    static let columns: Fragment = """
        id, workflow, queue, workspace, parent_id, state, priority, due_at, awaits, parked_because, unique_key, claims,
        failures, worker_id, cancel_reason, created_at, claimed_at, ended_at, error
        """

    init(_ row: Row) throws {
        guard let state = RunState(rawValue: try row.get("state")) else {
            throw FlowError(.unreadable, "A run is in a state that this program does not know; upgrade it.")
        }
        self.state = state
        id = try row.get("id")
        workflow = WorkflowName(try row.get("workflow"))
        queue = QueueName(try row.get("queue"))
        workspace = try row.getOptional("workspace")
        parent = try row.getOptional("parent_id")
        priority = RunPriority(level: try row.get("priority"))
        dueAt = try row.get("due_at")
        parkedBecause = try row.getOptional("parked_because", as: String.self).flatMap(ParkReason.init)
        awaits = try row.getOptional("awaits", as: String.self).map { SignalName($0) }
        uniqueKey = try row.getOptional("unique_key")
        claims = try row.get("claims")
        failures = try row.get("failures")
        worker = try row.getOptional("worker_id")
        cancelReason = try row.getOptional("cancel_reason")
        createdAt = try row.get("created_at")
        claimedAt = try row.getOptional("claimed_at")
        endedAt = try row.getOptional("ended_at")
        failure = try row.getOptional("error", as: String.self).map { try JSON.parse($0).decode(RunFailure.self) }
    }
}
