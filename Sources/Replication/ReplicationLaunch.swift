import Airbyte
import JSON
package import Launcher
import Posix
import Time

/// Turns a plan's images into processes and runs the replication with them. Main thread only.
struct ReplicationLaunch {
    let context: AttemptContext
    let plan: ReplicationPlan
    /// Whether the worker can no longer be told anything: then going on is in vain.
    let isMuted: @Sendable () -> Bool
    let send: @Sendable (ReplicationEvent) -> Void

    func run() {
        let (context, send, isMuted) = (context, send, isMuted)
        let redactor = Redactor(plan.secrets)
        let settings = LaunchSettings(
            dataDirectory: context.environment["SWIFTLET_DATA"] ?? context.jobDirectory,
            environment: context.environment)
        let resolver = context.resolver(settings) { line in
            send(
                .log([
                    LogEntry(
                        timestamp: SystemClock().now.milliseconds, level: .info, source: .platform,
                        message: redactor.redact(line))
                ]))
        }
        // The source is stopped first, so that the destination can write what it has.
        context.stopInOrder()
        ReplicationRun(plan, isCancelled: { context.isCancelled || isMuted() }, send: send).run { role, onErrorLine in
            switch role {
            case .source: try source(resolver, onErrorLine)
            case .destination: try destination(resolver, onErrorLine)
            }
        }
    }

    private func source(
        _ resolver: ConnectorResolver, _ onErrorLine: @escaping @Sendable ([UInt8]) -> Void
    ) throws -> any RunningConnector {
        switch plan.source {
        case .empty(let clearing, let state):
            return try EmptySource(clearing: clearing, of: plan.catalog, state: state, clock: SystemClock())
        case .connector(let image, let config, let state):
            var words: [ConnectorWord] = [
                "read", "--config", .file("source-config.json", config.bytes),
                "--catalog", .file("source-catalog.json", try plan.catalog.json(for: .source).bytes),
            ]
            if let file = state.file { words += ["--state", .file("source-state.json", file.bytes)] }
            return try launch(image, plan.sourceLimits, resolver, words, takesInput: false, onErrorLine)
        }
    }

    private func destination(
        _ resolver: ConnectorResolver, _ onErrorLine: @escaping @Sendable ([UInt8]) -> Void
    ) throws -> any RunningConnector {
        let side = CatalogSide.destination(supportsRefreshes: plan.destination.supportsRefreshes)
        let catalog = try plan.mapping.map(RecordRules(plan).destinationCatalog).json(for: side)
        var words: [ConnectorWord] = [
            "write", "--config", .file("destination-config.json", plan.destination.config.bytes),
            "--catalog", .file("destination-catalog.json", catalog.bytes),
        ]
        if let point = plan.resumePoint {
            words += ["--resume", .file("destination-resume.json", try JSON.encode(point).bytes)]
        }
        return try launch(
            plan.destination.image, plan.destinationLimits, resolver, words, takesInput: true, onErrorLine)
    }

    private func launch(
        _ image: String, _ limits: ContainerLimits?, _ resolver: ConnectorResolver, _ words: [ConnectorWord],
        takesInput: Bool, _ onErrorLine: @escaping @Sendable ([UInt8]) -> Void
    ) throws -> any RunningConnector {
        let image = ConnectorImage(image)
        let job = ConnectorJob(
            image: image, id: String(plan.jobID), attempt: plan.attemptNumber, limits: limits ?? ContainerLimits())
        var program = try resolver.resolve(image)
        if let form = plan.rowBlocks { program.set(RowBlock.variable, to: form) }
        return try context.launch(program, words, for: job, takesInput: takesInput, onErrorLine: onErrorLine)
    }
}

extension ReplicationPlan {
    /// What the destination is told of where the attempt begins; nil where it asks for nothing, or streams are cleared.
    fileprivate var resumePoint: ResumePoint? {
        guard let connection = destination.resumesConnection, case .connector(_, _, var state) = source else {
            return nil
        }
        // Other kinds go to the destination as they are.
        if case .stream(let states) = state {
            state = .stream(states.map { StreamState(descriptor: mapping.map($0.descriptor), state: $0.state) })
        }
        return ResumePoint(connection: connection, job: jobID, attempt: attemptNumber, state: state)
    }
}

extension ConnectorImage {
    /// Reads `repository:tag`; without a tag it is `latest`. `exec:NAME` and the like have a colon of their own.
    package init(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let hasScheme = ["exec", "pypi", "manifest"].contains(parts[0])
        if parts.count > (hasScheme ? 2 : 1), let tag = parts.last, !tag.contains("/") {
            self.init(repository: parts.dropLast().joined(separator: ":"), tag: String(tag))
        } else {
            self.init(repository: text, tag: "latest")
        }
    }
}
