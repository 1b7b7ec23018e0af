import Airbyte
package import Flow
import Launcher
import Posix
import Replication
import Time

/// Asks an image for its specification.
package struct FetchSpecification: Workflow {
    package struct Input: Codable, Sendable {
        package var repository: String
        package var tag: String
    }

    package static let name: WorkflowName = "fetch-specification"
    package static let queue: QueueName = "calls"

    let runner: CallRunner

    package func run(_ input: Input, in flow: Flow) async throws -> SpecificationAnswer {
        let tag: String
        do { tag = try await resolvedTag(input) } catch {
            let now = SystemClock().now
            return SpecificationAnswer(
                specification: nil, tag: input.tag,
                failure: FailureReason(.platform, .config, error.message, at: now),
                call: CallRecord(createdAt: now, endedAt: now, logLines: []))
        }
        let plan = CommandPlan(
            .spec, role: .source, image: "\(input.repository):\(tag)", timeoutSeconds: runner.settings.commandTimeout)
        let (outcome, call) = try await runner.run(plan, in: flow)
        return SpecificationAnswer(specification: outcome.spec, tag: tag, failure: outcome.failure, call: call)
    }

    /// `latest` of a PyPI package is a moving target, so a definition is pinned to what it is today.
    private func resolvedTag(_ input: Input) async throws(LauncherError) -> String {
        guard input.tag == "latest", input.repository.hasPrefix("pypi:") else { return input.tag }
        return try await PyPIVersion.latest(
            of: String(input.repository.dropFirst("pypi:".count)), settings: runner.processes.settings,
            environment: .current)
    }
}
