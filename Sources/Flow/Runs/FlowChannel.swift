/// The channels on which the engine's transactions wake those who wait.
enum FlowChannel {
    /// A run may be due, or a slot free.
    static let due = "flow_due"
    /// A signal was sent to a run that is held.
    static let signal = "flow_signal"
    /// A run has ended.
    static let ended = "flow_ended"
}
