import Flow
import Posix

/// Waits for a program that takes its time and no processor, as a worker waits for connectors.
struct AwaitProgram: Workflow {
    static let name: WorkflowName = "await-program"

    /// - `milliseconds`: how long the program takes.
    func run(_ milliseconds: Int, in flow: Flow) async throws -> Int {
        try await flow.step("wait") { _ in
            _ = await (try Self.sleeper(for: "\(Double(milliseconds) / 1000)")).exit()
            return milliseconds
        }
    }

    static func sleeper(for seconds: String) throws -> Child {
        try Child.spawn(ChildRequest("/bin/sleep", [seconds]))
    }
}
