import Flow
import Posix

/// Answers when it began, on the machine's clock, in nanoseconds.
struct StampStart: Workflow {
    static let name: WorkflowName = "stamp-start"

    func run(_ nothing: Int, in flow: Flow) async throws -> Int64 { BootClock.now.nanoseconds }
}
