import Airbyte
import Crypto
package import Flow
package import JSON
package import Model
import Posix
package import SQL
package import Secrets
import Store
import Time

/// Asks a worker to run one connector once and waits for its answer.
///
/// Who asks what is being asked already joins in: the connector runs once and both get its answer. So a call belongs
/// to nobody: its limits are counted from its start, and one that leaves does not end it for the others.
package struct ConnectorCalls: Sendable {
    private let database: any Database
    private let flows: FlowClient
    private let vault: SecretVault
    /// How long a call may wait for a worker.
    private let queueLimit: Duration
    /// How long it may take in all. The worker ends a connector that is late; this is for a worker that is.
    private let limit: Duration

    package init(
        database: any Database, flows: FlowClient, vault: SecretVault, settings: SyncSettings = SyncSettings()
    ) {
        self.database = database
        self.flows = flows
        self.vault = vault
        queueLimit = settings.callQueueLimit
        limit = min(settings.callQueueLimit + .seconds(settings.commandTimeout + 60), settings.longestCall)
    }

    /// Checks a saved source or destination.
    package func check(_ kind: ConnectorKind, _ connector: ConnectorID) async throws -> CheckAnswer {
        try await answer(of: CheckConnector.self) { session in
            (
                "check:\(connector):\(try session.callHash(kind, connector))",
                { CheckConnector.Input(kind: kind, subject: .connector(connector)) }
            )
        }
    }

    /// Checks a configuration that is not saved; it holds its secrets in plain.
    package func check(
        _ kind: ConnectorKind, definition: DefinitionID, configuration: JSON, workspace: WorkspaceID
    ) async throws -> CheckAnswer {
        try await answer(of: CheckConnector.self) { [vault] session in
            let image = try session.definition(kind, definition).image
            // Under the key, since whoever reads the table of runs could try passwords on a plain digest.
            let subject: JSON = [.string(image), .string(workspace.description), configuration]
            return (
                "check:\(kind.rawValue):\(vault.fingerprint(of: subject))",
                {
                    let coordinate = try vault.deposit(
                        configuration, workspace: workspace, in: session, at: Instant(microseconds: session.now()))
                    return CheckConnector.Input(
                        kind: kind, subject: .configuration(definition, coordinate: coordinate))
                }
            )
        }
    }

    /// Discovers a source's streams; a catalog discovered before with the same configuration and version will do
    /// unless `usesCache` is false.
    package func discover(_ source: ConnectorID, usesCache: Bool) async throws -> DiscoverAnswer {
        if usesCache, let cached = try await cachedCatalog(of: source) { return known(cached) }
        return try await answer(of: DiscoverCatalog.self) { session in
            (
                "discover:\(source):\(try session.callHash(.source, source))",
                { DiscoverCatalog.Input(source: source) }
            )
        }
    }

    /// Discovers a source's streams for a sync: at most once in a window, counted from the last catalog, and where
    /// there was none, in windows as the clock cuts them. A discovery that failed answers for its window. Throws
    /// `CallError` where `patience` passes first; the call goes on.
    package func discover(
        _ source: ConnectorID, oncePer window: Duration, patience: Duration
    ) async throws -> DiscoverAnswer {
        let asked = try await database.write { session -> Discovery in
            let now = Instant(microseconds: try session.now())
            if let known = try session.catalog(of: source, within: window, at: now) { return .known(known) }
            let key = "discover:\(source):\(try session.callHash(.source, source))"
            let width = max(1, window.wholeMicroseconds)
            if let holder = try flows.holder(of: key, in: session) { return .asked(holder) }
            do {
                let options = StartOptions(
                    uniqueKey: key, idempotencyKey: "\(key):\(width):\(now.microseconds / width)",
                    limits: RunLimits(queueWait: queueLimit + .seconds(60), runTime: limit + .seconds(60)))
                return .asked(
                    try flows.start(DiscoverCatalog.self, .init(source: source), in: session, options: options))
            } catch let error as FlowError {
                guard case .uniqueKeyTaken(let holder) = error.code else { throw error }
                return .asked(holder)
            }
        }
        switch asked {
        case .known(let catalog): return known(catalog)
        case .asked(let run):
            let result = try await flows.result(of: run, DiscoverCatalog.self, timeout: patience)
            if result == nil { try Task.checkCancellation() }
            guard let result else {
                throw CallError("The source did not answer within \(patience.components.seconds) s.")
            }
            return try output(of: result)
        }
    }

    private enum Discovery: Sendable {
        case known(UUID)
        case asked(RunID)
    }

    /// The answer of a call that was not made.
    private func known(_ catalog: UUID) -> DiscoverAnswer {
        let never = Instant(microseconds: 0)
        return DiscoverAnswer(
            catalogID: catalog, failure: nil, call: CallRecord(createdAt: never, endedAt: never, logLines: []))
    }

    /// Discovers the objects that a destination writes into; what was discovered before with the same configuration and
    /// version will do unless `usesCache` is false.
    package func discoverObjects(_ destination: ConnectorID, usesCache: Bool) async throws -> DiscoverAnswer {
        if usesCache, let cached = try await cachedObjects(of: destination) { return known(cached) }
        return try await answer(of: DiscoverObjects.self) { session in
            (
                "discover:\(destination):\(try session.callHash(.destination, destination))",
                { DiscoverObjects.Input(destination: destination) }
            )
        }
    }

    /// Asks an image for its specification; a tag `latest` comes back as a version.
    package func specification(repository: String, tag: String) async throws -> SpecificationAnswer {
        try await answer(of: FetchSpecification.self) { _ in
            (
                "spec:\(SHA256(of: "\(repository):\(tag)"))",
                { FetchSpecification.Input(repository: repository, tag: tag) }
            )
        }
    }

    private func cachedCatalog(of source: ConnectorID) async throws -> UUID? {
        try await database.read { session in
            let connector = try session.connector(.source, source)
            let definition = try session.definition(.source, connector.definitionID)
            return try session.newestCatalog(
                of: source, configurationHash: connector.configurationHash, connectorVersion: definition.image)?.id
        }
    }

    private func cachedObjects(of destination: ConnectorID) async throws -> UUID? {
        try await database.read { session in
            let connector = try session.connector(.destination, destination)
            let definition = try session.definition(.destination, connector.definitionID)
            guard let known = try session.discoveredObjects(of: destination),
                known.configurationHash == connector.configurationHash, known.connectorVersion == definition.image
            else { return nil }
            return known.id
        }
    }

    /// - Parameter prepare: names the call's key and makes its input, which is asked for only where no call of that key
    ///   is under way.
    private func answer<Call: Workflow>(
        of call: Call.Type,
        _ prepare: @escaping @Sendable (any Session) throws -> (key: String, input: () throws -> Call.Input)
    ) async throws -> Call.Output {
        let (run, age) = try await database.write { session in
            let (key, input) = try prepare(session)
            return try join(call, key, input, in: session)
        }
        let begin = BootClock.now - age
        func wait(until end: Duration) async throws -> RunResult<Call.Output>? {
            let result = try await flows.result(of: run, call, timeout: max(.zero, begin + end - BootClock.now))
            // Whoever leaves ends nothing: others may be waiting.
            if result == nil { try Task.checkCancellation() }
            return result
        }
        if let result = try await wait(until: queueLimit) { return try output(of: result) }
        let status = try await flows.status(run)
        if status.isUnclaimed { return try await giveUp(run, call, because: unclaimed) }
        if let result = try await wait(until: limit) { return try output(of: result) }
        return try await giveUp(
            run, call, because: "The connector's call did not end within \(limit.components.seconds) s.")
    }

    /// The run that answers, new or under way, and how old it is.
    private func join<Call: Workflow>(
        _ call: Call.Type, _ key: String, _ input: () throws -> Call.Input, in session: any Session
    ) throws -> (RunID, age: Duration) {
        let now = Instant(microseconds: try session.now())
        if let holder = try flows.holder(of: key, in: session) {
            let status = try flows.status(holder, in: session)
            let age = max(.zero, now - status.createdAt)
            guard status.isUnclaimed, age >= queueLimit else { return (holder, age) }
            // Nobody took it in its time, and perhaps nobody waits for it any more: this one begins anew.
            try flows.signal(holder, .cancel(reason: unclaimed), in: session)
        }
        do {
            // The engine ends a call that nobody waits for any more, a moment after the last waiter would have.
            let options = StartOptions(
                uniqueKey: key, priority: .manual,
                limits: RunLimits(queueWait: queueLimit + .seconds(60), runTime: limit + .seconds(60)))
            return (try flows.start(call, input(), in: session, options: options), .zero)
        } catch let error as FlowError {
            guard case .uniqueKeyTaken(let holder) = error.code else { throw error }
            return (holder, .zero)
        }
    }

    /// Ends a call that is late by its own limits, for everybody who waits.
    private func giveUp<Call: Workflow>(
        _ run: RunID, _ call: Call.Type, because sentence: String
    ) async throws -> Call.Output {
        try await flows.signal(run, .cancel(reason: sentence))
        guard let result = try await flows.result(of: run, call, timeout: .seconds(1)) else {
            throw CallError(sentence)
        }
        return try output(of: result)
    }

    private var unclaimed: String {
        "No worker took it within \(queueLimit.components.seconds) s. Is a worker running and reaching the database?"
    }

    private func output<Output>(of result: RunResult<Output>) throws -> Output {
        switch result {
        case .succeeded(let output): return output
        case .failed(let failure): throw CallError("The worker could not carry the call out: \(failure)")
        case .cancelled(let reason): throw CallError("The call was cancelled: \(reason)")
        }
    }
}

extension RunStatus {
    /// Whether no worker has ever taken it.
    fileprivate var isUnclaimed: Bool { state == .waiting && claims == 0 }
}

extension Session {
    /// Tells calls apart by image and configuration; made of the stored form, so of no secret.
    fileprivate func callHash(_ kind: ConnectorKind, _ id: ConnectorID) throws -> SHA256 {
        let connector = try connector(kind, id)
        return SHA256(
            of: try definition(kind, connector.definitionID).image + "\n" + connector.configurationHash)
    }
}
