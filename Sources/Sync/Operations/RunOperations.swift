package import Flow
import HTTPClient
import JSON
import Log
package import Model
import SQL
import Secrets
import Store
import Time

/// Calls the operations of a connection after a job of it has succeeded, one after the other. The job has ended before:
/// whatever becomes of the calls, it stays succeeded, and an event tells of them.
package struct RunOperations: Workflow {
    package struct Input: Codable, Sendable {
        package var job: JobID
    }

    package static let name: WorkflowName = "run-operations"
    package static let queue = DeliverNotice.queue
    /// For faults of the platform; what the services answer is judged by the body.
    package static let retry = Retry(limit: 20, first: .seconds(1), cap: .seconds(60))
    /// Airbyte's: three tries, and pauses of 1 to 5 s.
    private static let tries = 3
    private static let pauses = Retry(limit: .max, first: .seconds(1), factor: 5, cap: .seconds(5), jitter: 0)

    let vault: SecretVault
    let client: HTTPClient
    let log: Log

    package func run(_ input: Input, in flow: Flow) async throws -> Bool {
        let operations = try await flow.transaction("plan") { session in
            try session.connection(session.job(input.job).connectionID).operationIDs
        }
        var outcomes: [EventDetail.Operation] = []
        for id in operations {
            if let outcome = try await carryOut(id, after: input.job, in: flow) { outcomes.append(outcome) }
        }
        guard !outcomes.isEmpty else { return true }
        let ended = outcomes
        try await flow.transaction("note") { session in
            let now = Instant(microseconds: try session.now())
            let job = try session.job(input.job)
            try EventRecorder().record(.operationsRun, of: job.connectionID, job: job.id, in: session, at: now) {
                detail in
                detail.operations = ended
            }
        }
        return outcomes.allSatisfy(\.succeeded)
    }

    /// Nil for an operation that is gone, or one of long ago.
    private func carryOut(_ id: OperationID, after job: JobID, in flow: Flow) async throws -> EventDetail.Operation? {
        var outcome: Outcome?
        for round in 0..<Self.tries {
            outcome = try await flow.step("call \(id) \(round)") { try await call(id, after: job, in: flow) }
            guard let outcome else { return nil }
            if outcome.verdict.succeeded || !outcome.verdict.isWorthAnother { break }
            if round + 1 < Self.tries {
                try await flow.sleep("back off \(id) \(round)", for: Self.pauses.pause(after: round, chance: 0))
            }
        }
        guard let outcome else { return nil }
        if !outcome.verdict.succeeded {
            log.warning(
                "An operation after a sync failed: \(outcome.verdict.message ?? "")",
                ["operation": .string(id.description), "job": .integer(job)])
        }
        return EventDetail.Operation(
            id: id, name: outcome.name, succeeded: outcome.verdict.succeeded, message: outcome.verdict.message)
    }

    private struct Outcome: Codable, Sendable {
        var name: String
        var verdict: CallVerdict
    }

    private func call(_ id: OperationID, after job: JobID, in flow: Flow) async throws -> Outcome? {
        let found = try await flow.fenced { session -> (Operation, WebhookConfig?)? in
            guard let operation = try session.operations([id]).first else { return nil }
            let wanted = operation.configuration.webhook?.webhookConfigId
            return (operation, try session.workspace(operation.workspaceID).webhooks.first { $0.id == wanted })
        }
        guard let (operation, config) = found else { return nil }
        if operation.configuration.webhook?.webhookConfigId != nil, config == nil {
            let sentence = "The webhook configuration that the operation names is gone; name another one."
            return Outcome(name: operation.name, verdict: CallVerdict(succeeded: false, message: sentence))
        }
        do {
            let token = try await flow.fenced { [vault] session in
                try config?.authToken.map { try vault.text(of: $0, in: session) }
            }
            let call = try OperationCall.make(
                operation.configuration, token: token, host: config?.customDbtHost, key: "\(job)-\(id)")
            guard let call else { return nil }
            return Outcome(name: operation.name, verdict: try await client.verdict(on: call, good: 200...300))
        } catch let error as HTTPCallError {
            return Outcome(name: operation.name, verdict: CallVerdict(error))
        }
    }
}
