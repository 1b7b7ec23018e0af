/// The name of one kind of thing, so that a step's name is never taken for a workflow's.
///
/// Names are stored with the runs: renaming one is a migration.
package struct Name<Of>: Hashable, Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }
    package init(stringLiteral text: String) { self.text = text }

    package var description: String { text }
}

/// The runs that share a worker's seats.
package enum RunQueue {}

package typealias WorkflowName = Name<any Workflow>
package typealias QueueName = Name<RunQueue>
package typealias StepName = Name<Step>
package typealias SignalName = Name<RunSignal>

extension QueueName {
    /// Where the runs of a workflow go that names no queue of its own.
    package static var main: QueueName { "main" }
}
