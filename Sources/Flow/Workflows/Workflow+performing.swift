import JSON

extension Workflow {
    /// Runs the body with the run's stored input; answers the output as JSON text.
    func perform(in flow: Flow) async throws -> String {
        let input: Input
        do { input = try JSON.parse(flow.hold.run.input).decode() } catch {
            throw FlowError(.unreadable, "The input of run \(flow.run) is not what \(Self.name) takes: \(error).")
        }
        let output = try await run(input, in: flow)
        do { return try JSON.encode(output).text } catch {
            throw GiveUp(FlowError(.badValue, "What \(Self.name) answered cannot be written as JSON."))
        }
    }
}
