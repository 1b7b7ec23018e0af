package import Airbyte
package import Model

/// Which streams start a new generation with an attempt, and what the catalog then says (protocol.md 3.6).
package struct GenerationRule: Sendable {
    let kind: Job.Kind
    /// What a reset clears; empty means every stream.
    let cleared: [StreamDescriptor]
    /// What a refresh reads again.
    let refreshed: [StreamDescriptor: StreamRefresh.Mode]
    /// Whether the job has had no attempt before this one.
    let isFirstAttempt: Bool
    let supportsRefreshes: Bool

    package init(job: Job, isFirstAttempt: Bool, supportsRefreshes: Bool) {
        kind = job.kind
        cleared = job.streams
        refreshed = Dictionary(job.refreshes.map { ($0.stream, $0.mode) }, uniquingKeysWith: { first, _ in first })
        self.isFirstAttempt = isFirstAttempt
        self.supportsRefreshes = supportsRefreshes
    }

    /// The streams whose generation is raised and whose state is forgotten.
    package func restarted(in catalog: ConfiguredCatalog) -> [StreamDescriptor] {
        catalog.streams.filter { stream in
            if kind == .reset { return isCleared(stream) && isFirstAttempt }
            if isFirstAttempt, refreshed[stream.descriptor] != nil { return true }
            guard stream.syncMode == .fullRefresh else { return false }
            let goesOn = stream.stream.isResumable == true && supportsRefreshes && !isFirstAttempt
            return !goesOn
        }.map(\.descriptor)
    }

    /// The catalog with the generations filled in; for a reset, in the shape that clears the streams and leaves the
    /// others alone (protocol.md 2.17).
    package func applied(
        to catalog: ConfiguredCatalog, generations: [StreamDescriptor: Int64], job: JobID
    ) -> ConfiguredCatalog {
        ConfiguredCatalog(
            streams: catalog.streams.map { stream in
                var stream = stream
                if kind == .reset {
                    stream.syncMode = isCleared(stream) ? .fullRefresh : .incremental
                    stream.destinationSyncMode = isCleared(stream) ? .overwrite : .append
                }
                let generation = generations[stream.descriptor] ?? 0
                let truncates =
                    stream.syncMode == .fullRefresh && stream.destinationSyncMode.isOverwrite
                    || refreshed[stream.descriptor] == .truncate
                stream.generationID = generation
                stream.minimumGenerationID = truncates ? generation : 0
                stream.syncID = job
                return stream
            })
    }

    private func isCleared(_ stream: ConfiguredStream) -> Bool {
        kind == .reset && (cleared.isEmpty || cleared.contains(stream.descriptor))
    }
}
