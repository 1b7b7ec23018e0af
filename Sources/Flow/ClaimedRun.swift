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
    /// On the database's clock.
    let claimedAt: Instant
    /// On this machine's clock, when the claim was answered: never before `claimedAt`.
    let answeredAt: BootInstant

    static let columns: Fragment = "id, workflow, input, lease_token, claims, failures, wants_slots, claimed_at"

    init(_ row: Row) throws {
        id = try row.get("id")
        workflow = WorkflowName(try row.get("workflow"))
        input = try row.get("input")
        token = try row.get("lease_token")
        claims = try row.get("claims")
        failures = try row.get("failures")
        wantsSlots = try row.get("wants_slots", as: Int.self) != 0
        claimedAt = try row.get("claimed_at")
        answeredAt = BootClock.now
    }
}
