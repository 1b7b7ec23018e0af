import Posix
import SQL
import Time

/// A run as its claim found it.
struct ClaimedRun: Sendable {
    let id: RunID
    let workflow: WorkflowName
    let input: String
    let token: Int64
    let claims: Int
    let failures: Int
    let wantsSlots: Bool
    let queue: QueueName
    let priority: Int
    let turn: Int64
    let dueAt: Instant
    /// When the run's time is up, on the database's clock.
    let expiresAt: Instant?
    let runLimit: Duration?
    let silenceLimit: Duration?
    /// On the database's clock.
    let claimedAt: Instant
    /// On this machine's clock, when the claim was answered: never before `claimedAt`.
    let answeredAt: BootInstant

    static let columns: Fragment = """
        id, workflow, queue, input, lease_token, claims, failures, wants_slots, priority, turn, due_at, expires_at, run_limit,
        silence_limit, claimed_at
        """

    init(_ row: Row, answeredAt: BootInstant) throws {
        id = try row.get("id")
        workflow = WorkflowName(try row.get("workflow"))
        input = try row.get("input")
        token = try row.get("lease_token")
        claims = try row.get("claims")
        failures = try row.get("failures")
        queue = QueueName(try row.get("queue"))
        priority = try row.get("priority")
        turn = try row.get("turn")
        dueAt = try row.get("due_at")
        expiresAt = try row.getOptional("expires_at")
        runLimit = try row.getOptional("run_limit", as: Int64.self).map { .microseconds($0) }
        silenceLimit = try row.getOptional("silence_limit", as: Int64.self).map { .microseconds($0) }
        wantsSlots = try row.get("wants_slots", as: Int.self) != 0
        claimedAt = try row.get("claimed_at")
        self.answeredAt = answeredAt
    }
}

/// The order in which runs are claimed.
extension ClaimedRun: Comparable {
    static func < (left: ClaimedRun, right: ClaimedRun) -> Bool {
        (left.priority, left.turn, left.dueAt, left.id) < (right.priority, right.turn, right.dueAt, right.id)
    }

    static func == (left: ClaimedRun, right: ClaimedRun) -> Bool { left.id == right.id && left.token == right.token }
}
