import Airbyte
import Flow
import JSON
import Log
import Model
import Posix
import SQL
import SchemaChanges
import Store
import Time

/// Looks at a source's schema before a job's first attempt and has the connection take note of it (protocol.md 4.2).
///
/// A source is asked once in a window; where it was, this is one transaction. Nothing of it fails the job: what goes
/// wrong is told in the log of its first attempt.
struct SchemaLook: Sendable {
    let calls: ConnectorCalls
    let updater: SchemaUpdater
    let ender: JobEnder
    let settings: SyncSettings
    let log: Log

    private struct FirstLook: Codable, Sendable {
        /// The source that has to be asked again.
        var stale: ConnectorID?
        var outcome = SchemaOutcome()
        /// Whether nothing can be moved before the source has told its streams.
        var awaitsStreams: Bool?
    }

    private struct Discovery: Codable, Sendable {
        /// Nil where there was none; then `note` says why.
        var catalogID: String?
        var note: SchemaOutcome.Note?
    }

    func look(for job: JobID, in flow: Flow) async throws -> SchemaOutcome {
        do {
            let first = try await flow.transaction("look at schema") { session in try look(for: job, in: session) }
            guard let source = first.stale else { return first.outcome }
            // Who has nothing without it does not put up with the failure of hours ago.
            let window =
                first.awaitsStreams == true ? min(settings.discoverWindow, .seconds(60)) : settings.discoverWindow
            let discovery = try await flow.step("discover schema") {
                try await discover(source, oncePer: window, in: flow)
            }
            guard let catalog = discovery.catalogID.flatMap({ UUID($0) }) else {
                if first.awaitsStreams == true {
                    return try await flow.transaction("fail without streams") { session in
                        try fail(job, because: noStreams, in: session)
                    }
                }
                return SchemaOutcome(notes: discovery.note.map { [$0] } ?? [])
            }
            return try await flow.transaction("take note of schema") { session in
                try takeNote(of: catalog, for: job, in: session)
            }
        } catch let error as StoreError {
            // What is gone, the attempt will miss too.
            return untold(error.message, job)
        } catch let error as DatabaseError where error.isAboutData {
            return untold(error.message, job)
        }
    }

    private func untold(_ reason: String, _ job: JobID) -> SchemaOutcome {
        let sentence = "The source's schema could not be looked at: \(reason)"
        log.warning(sentence, ["job": .integer(job)])
        return SchemaOutcome(notes: [.init(.warn, sentence)])
    }

    private func look(for jobID: JobID, in session: any Session) throws -> FirstLook {
        let job = try session.job(jobID)
        guard job.kind != .reset, !job.status.isTerminal else { return FirstLook() }
        let standing = try session.schemaStanding(of: job.connectionID)
        guard standing.status == .active else { return FirstLook() }
        let now = Instant(microseconds: try session.now())
        guard let known = try session.catalog(of: standing.sourceID, within: settings.discoverWindow, at: now) else {
            let connection = try session.connection(job.connectionID)
            return FirstLook(stale: standing.sourceID, awaitsStreams: connection.awaitsStreams)
        }
        guard known != standing.sourceCatalogID else { return FirstLook() }
        return FirstLook(outcome: try takeNote(of: known, for: jobID, in: session))
    }

    private func takeNote(of catalog: UUID, for jobID: JobID, in session: any Session) throws -> SchemaOutcome {
        let now = Instant(microseconds: try session.now())
        let connection = try session.lockedConnection(session.job(jobID).connectionID)
        guard connection.status == .active, connection.sourceCatalogID != catalog else { return SchemaOutcome() }
        if connection.awaitsStreams {
            let found = try session.discoveredCatalog(catalog)
            guard let fault = try updater.complete(connection, from: found, in: session, at: now) else {
                return SchemaOutcome(notes: [
                    .init(.info, "The source has told its streams; the sync begins with them.")
                ])
            }
            return try fail(jobID, because: fault + " Choose the connection's streams anew.", in: session)
        }
        let update = try updater.update(
            connection, to: session.discoveredCatalog(catalog), on: .sync, in: session, at: now)
        guard update.connection.status != .active else {
            return SchemaOutcome(notes: update.notes, backfilled: update.backfilled)
        }
        return try end(jobID, because: update, in: session, at: now)
    }

    /// What the job was ordered to do stays on order for when the connection is active again.
    private func end(
        _ jobID: JobID, because update: SchemaUpdate, in session: any Session, at now: Instant
    ) throws -> SchemaOutcome {
        let job = try session.lockedJob(jobID)
        guard !job.status.isTerminal else { return SchemaOutcome(isCancelled: true) }
        let notes = update.notes
        let failures = notes.map { FailureReason(.platform, .config, $0.message, at: now) }
        _ = try session.insertAttempt(of: jobID, at: now)
        try session.endAttempt(of: jobID, as: .failed, failures: failures, at: now)
        try ender.cancel(job, isSuperseded: true, in: session, at: now)
        return SchemaOutcome(isCancelled: true)
    }

    /// Ends the job before it has moved anything.
    private func fail(_ jobID: JobID, because reason: String, in session: any Session) throws -> SchemaOutcome {
        let now = Instant(microseconds: try session.now())
        let failure = FailureReason(.source, .config, reason, at: now)
        try ender.fail(session.lockedJob(jobID), because: [failure], in: session, at: now)
        return SchemaOutcome(isCancelled: true)
    }

    private var noStreams: String {
        "The connection was made before its source told its streams, and it did not tell them now; check the source, then "
            + "sync again."
    }

    private func discover(
        _ source: ConnectorID, oncePer window: Duration, in flow: Flow
    ) async throws -> Discovery {
        let patience = settings.discoverPatience
        let asking = Task { try await calls.discover(source, oncePer: window, patience: patience) }
        flow.whenInterrupted { _ in asking.cancel() }
        do {
            let answer = try await withTaskCancellationHandler {
                try await asking.value
            } onCancel: {
                asking.cancel()
            }
            return Discovery(
                catalogID: answer.catalogID,
                note: answer.catalogID == nil ? failed(answer.failure?.externalMessage) : nil)
        } catch {
            try flow.checkpoint()
            switch error {
            case is CancellationError: throw error
            case let error as DatabaseError where !error.isAboutData: throw error
            case let error as CallError: return Discovery(note: failed(error.description))
            case let error as StoreError: return Discovery(note: failed(error.message))
            default:
                log.error("A discovery could not be carried out: \(error)")
                return Discovery(note: failed(nil))
            }
        }
    }

    private func failed(_ reason: String?) -> SchemaOutcome.Note {
        .init(
            .warn,
            "The source's schema could not be discovered, so the sync goes on with the one that is stored. "
                + (reason ?? "The worker's log says why."))
    }
}

extension SchemaUpdate {
    /// What the log of the job tells of it.
    fileprivate var notes: [SchemaOutcome.Note] {
        guard let kind else { return [] }
        var notes: [SchemaOutcome.Note] =
            switch kind {
            case .propagated: [.init(.info, "The source's schema has changed, and the connection with it: \(what).")]
            case .actionRequired:
                [.init(.warn, "The source's schema has changed; look at it and decide what to take over: \(what).")]
            case .breaking:
                [
                    .init(
                        .error,
                        "The source's schema has changed in a way that breaks this connection, so it was switched off: "
                            + "\(what). Choose its streams anew and make it active again.")
                ]
            case .deactivated:
                [
                    .init(
                        .error,
                        "The source's schema has changed, so the connection was switched off, as it wants to be: "
                            + "\(what). Look at its streams and make it active again.")
                ]
            }
        if !backfilled.isEmpty {
            let names = backfilled.map(\.description).joined(separator: ", ")
            notes.append(.init(.info, "Read from the beginning for it: \(names)."))
        }
        return notes
    }

    private var what: String { ([diff.summary] + [fault].compactMap(\.self)).joined(separator: "; ") }
}

extension Session {
    /// The source's catalog where it was discovered within the window, as the source is configured now.
    func catalog(of source: ConnectorID, within window: Duration, at now: Instant) throws -> UUID? {
        let connector = try connector(.source, source)
        let image = try definition(.source, connector.definitionID).image
        let newest = try newestCatalog(
            of: source, configurationHash: connector.configurationHash, connectorVersion: image)
        return newest.flatMap { now - $0.discoveredAt < window ? $0.id : nil }
    }
}
