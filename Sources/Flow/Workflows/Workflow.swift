/// Work that outlives the process running it.
///
/// `run` is called again from its top after a crash, a sleep or a hand-over; what its steps recorded is not done
/// again. So everything that matters happens inside steps, and the code between them only decides.
package protocol Workflow: Sendable {
    associatedtype Input: Codable & Sendable
    associatedtype Output: Codable & Sendable

    /// Stored with every run, so renaming one is a migration.
    static var name: WorkflowName { get }
    static var queue: QueueName { get }
    /// Stored with every run. Raise it when the body can no longer go on with what earlier ones recorded, or takes
    /// another input: older workers then leave the new runs alone.
    static var version: Int { get }
    /// Limits of runs that are started without their own.
    static var limits: RunLimits { get }
    /// What becomes of a run whose body throws. A lost lease, a hand-over or an absent database is never counted.
    static var retry: Retry { get }

    func run(_ input: Input, in flow: Flow) async throws -> Output
}

extension Workflow {
    package static var queue: QueueName { .main }
    package static var version: Int { 1 }
    package static var limits: RunLimits { RunLimits() }
    package static var retry: Retry { .never }
}
