package import Time

/// How a run is to be started; every default is the plain choice.
package struct StartOptions: Sendable {
    /// When a run may be claimed for the first time.
    package enum Due: Sendable, Hashable {
        case now
        case after(Duration)
        case at(Instant)
    }

    /// Held until the run has ended: no second run with the same key is started meanwhile.
    package var uniqueKey: String?
    /// A second start of the same workflow with the same key answers the first one's run, ended or not.
    package var idempotencyKey: String?
    package var priority: RunPriority
    /// Nil: the workflow's own queue.
    package var queue: QueueName?
    package var due: Due
    /// The limits the run counts against while it is running.
    package var slots: [SlotKey]
    /// Whose run it is: for lists, and so that no workspace's many runs hold up another's few.
    package var workspace: String?
    /// Those not set here are the workflow's.
    package var limits: RunLimits

    package init(
        uniqueKey: String? = nil, idempotencyKey: String? = nil, priority: RunPriority = .scheduled,
        queue: QueueName? = nil, due: Due = .now, slots: [SlotKey] = [], workspace: String? = nil,
        limits: RunLimits = RunLimits()
    ) {
        self.uniqueKey = uniqueKey
        self.idempotencyKey = idempotencyKey
        self.priority = priority
        self.queue = queue
        self.due = due
        self.slots = slots
        self.workspace = workspace
        self.limits = limits
    }
}
