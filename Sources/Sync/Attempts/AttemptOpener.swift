import Airbyte
import JSON
import Model
import Replication
import SQL
import Secrets
import Store
import Time

/// Creates a job's next attempt and works out, in the same transaction, what it starts from: catalog, generations and
/// state (protocol.md 3.6).
struct AttemptOpener: Sendable {
    let vault: SecretVault
    let limits: ReplicationLimits
    let ender: JobEnder
    /// How long a job may take whose connection sets no limit.
    let longestRun: Duration

    /// Throws `StoreError` where the connection, a connector or a secret is gone, and where the job has ended. Answers
    /// nil where the connection has been switched off meanwhile; its job is cancelled then.
    func open(_ jobID: JobID, in session: any Session) throws -> OpenedAttempt? {
        let now = Instant(microseconds: try session.now())
        let job = try session.lockedJob(jobID)
        // Called off between its claim and now: nothing may be started for it or forgotten.
        guard !job.status.isTerminal else {
            throw StoreError(
                .conflict, "job", id: String(jobID), "Job \(jobID) has already ended (\(job.status.rawValue)).")
        }
        let connection = try session.connection(job.connectionID)
        guard connection.status == .active else {
            // Nobody called it off: what it was to clear or to read again stays on order.
            try ender.cancel(job, isSuperseded: true, in: session, at: now)
            return nil
        }
        let attempt = try session.insertAttempt(of: jobID, at: now)
        try session.setStatus(.running, of: jobID, at: now)

        let source = try session.connector(.source, connection.sourceID)
        let destination = try session.connector(.destination, connection.destinationID)
        let sourceDefinition = try session.definition(.source, source.definitionID)
        let destinationDefinition = try session.definition(.destination, destination.definitionID)

        let rule = GenerationRule(
            job: job, isFirstAttempt: attempt.number == 0,
            supportsRefreshes: destinationDefinition.supportsRefreshes)
        let chosen = try connection.catalog.chosen(by: job)
        let restarted = rule.restarted(in: chosen)
        try session.bumpGenerations(of: connection.id, streams: restarted, job: jobID)
        if job.kind != .reset, !restarted.isEmpty {
            try session.recordState(of: connection.id, cause: .found, at: now)
            try session.deleteState(of: connection.id, streams: restarted)
        }
        let catalog = rule.applied(
            to: chosen, generations: try session.generations(of: connection.id), job: jobID)
        let state = try session.state(of: connection.id)

        let (sourceConfiguration, sourceSecrets) = try vault.hydrate(source.configuration, in: session)
        let (destinationConfiguration, destinationSecrets) = try vault.hydrate(destination.configuration, in: session)
        let moved = Set(catalog.streams.map(\.descriptor))
        let (treatments, keys) = try vault.hydrate(
            connection.treatments.filter { moved.contains($0.stream) }, in: session)
        let plan = ReplicationPlan(
            jobID: jobID, attemptNumber: attempt.number,
            source: job.kind == .reset
                ? .empty(clearing: job.streams.isEmpty ? catalog.streams.map(\.descriptor) : job.streams, state: state)
                : .connector(image: sourceDefinition.image, config: sourceConfiguration, state: state),
            destination: ReplicationPlan.Destination(
                image: destinationDefinition.image, config: destinationConfiguration,
                supportsRefreshes: destinationDefinition.supportsRefreshes,
                resumesConnection: destinationDefinition.specification.resumes ? connection.id.description : nil),
            catalog: catalog, mapping: connection.mapping, treatments: treatments,
            countMismatch: connection.runPolicy.countMismatch ?? .fail,
            rowBlocks: treatments.isEmpty
                ? sourceDefinition.specification.rowBlocks(with: sourceConfiguration).first {
                    destinationDefinition.specification.rowBlocks(with: destinationConfiguration).contains($0)
                } : nil,
            limits: limits, sourceLimits: sourceDefinition.limits(for: .sync, of: connection),
            destinationLimits: destinationDefinition.limits(for: .sync, of: connection),
            secrets: sourceSecrets + destinationSecrets + keys)
        let policy = connection.runPolicy
        return OpenedAttempt(
            number: attempt.number, sourceID: source.id, destinationID: destination.id, plan: plan,
            longestRun: policy.longestRun(else: longestRun),
            timeLeft: policy.runTimeLeft(of: job, else: longestRun, at: now),
            timeUntilSlow: policy.timeUntilSlow(of: job, at: now))
    }
}

extension ConfiguredCatalog {
    /// The streams that a job moves. A clear is told of all of them, so that it leaves the others alone.
    fileprivate func chosen(by job: Job) throws -> ConfiguredCatalog {
        guard job.kind != .reset, !job.streams.isEmpty else { return self }
        let chosen = Set(job.streams)
        let left = streams.filter { chosen.contains($0.descriptor) }
        guard !left.isEmpty else {
            throw StoreError(
                .unsupported, "connection", id: job.connectionID.description,
                "The connection has none of the streams any more that job \(job.id) was to move.")
        }
        return ConfiguredCatalog(streams: left)
    }
}

extension ConnectorDefinition {
    /// Repository and tag as one text.
    var image: String { "\(repository):\(tag)" }
}
