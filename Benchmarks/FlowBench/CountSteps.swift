import Flow

/// Steps one after the other, each returning its number and recorded before the next begins.
struct CountSteps: Workflow {
    static let name: WorkflowName = "count-steps"

    func run(_ steps: Int, in flow: Flow) async throws -> Int {
        var sum = 0
        for number in 0..<steps { sum += try await flow.step("step \(number)") { _ in number } }
        return sum
    }
}
