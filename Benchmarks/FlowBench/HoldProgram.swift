import Flow
import Posix
import Service

/// Keeps a program running until it is cancelled, and records when it was told and when the program was gone.
struct HoldProgram: Workflow {
    static let name: WorkflowName = "hold-program"

    struct Times: Codable, Sendable {
        let told: Int64
        let gone: Int64
    }

    func run(_ nothing: Int, in flow: Flow) async throws -> Int {
        let program = try AwaitProgram.sleeper(for: "600")
        try await flow.step("running") { _ in 1 }
        guard let cancelled = await flow.cancellation.wait() else {
            program.signal(.kill)
            _ = await program.exit()
            throw CancellationError()
        }
        let told = BootClock.now
        program.signal(.terminate)
        _ = await program.exit()
        let times = Times(told: told.nanoseconds, gone: BootClock.now.nanoseconds)
        try await flow.step("gone") { _ in times }
        throw cancelled
    }
}
