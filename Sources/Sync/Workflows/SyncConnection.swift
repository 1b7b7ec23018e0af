import Airbyte
package import Flow
package import Model

/// Carries out one job: has the connection take note of changes at its source, and moves its records, attempt after
/// attempt, until one succeeds or the policy gives up.
package struct SyncConnection: Workflow {
    package struct Input: Codable, Sendable {
        package var job: JobID
    }

    package static let name: WorkflowName = "sync-connection"
    package static let queue: QueueName = "sync"
    /// For faults of the platform between attempts; what connectors do is judged by `AttemptCloser`.
    package static let retry = Retry(limit: 20, first: .seconds(1), cap: .seconds(60))

    let schemaLook: SchemaLook
    let replicator: Replicator
    let closer: AttemptCloser

    package func run(_ input: Input, in flow: Flow) async throws -> Job.Status {
        let look = try await schemaLook.look(for: input.job, in: flow)
        if look.isCancelled { return .cancelled }
        for round in 0... {
            let result = try await flow.atMostOnce("replicate \(round)") {
                try await replicator.replicate(input.job, after: look, in: flow)
            }
            let next = try await flow.transaction("close \(round)") { [closer] session in
                try closer.close(input.job, result, in: session)
            }
            switch next {
            case .ended(let status): return status
            case .retry(let pause) where pause > 0: try await flow.sleep("back off \(round)", for: .milliseconds(pause))
            case .retry: continue
            }
        }
        return .failed
    }
}
