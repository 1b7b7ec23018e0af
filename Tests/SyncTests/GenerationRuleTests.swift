import Airbyte
import JSON
import Model
import Sync
import TestKit
import Testing
import Time

@Suite("Generations of an attempt's streams", .timeLimit(.minutes(3)))
struct GenerationRuleTests {
    private let catalog = ConfiguredCatalog(streams: [
        stream("full", .fullRefresh, .overwrite), stream("appended", .fullRefresh, .append),
        stream("resumable", .fullRefresh, .overwrite, isResumable: true), stream("steady", .incremental, .appendDedup),
    ])

    @Test(.proves("3.6-bump")) func `the first attempt of a sync restarts every full refresh stream`() {
        let rule = GenerationRule(job: job(.sync), isFirstAttempt: true, supportsRefreshes: true)
        #expect(rule.restarted(in: catalog).map(\.name) == ["full", "appended", "resumable"])
    }

    @Test(.proves("3.6-resumable"))
    func `a later attempt lets a resumable stream go on where the destination supports refreshes`() {
        let able = GenerationRule(job: job(.sync), isFirstAttempt: false, supportsRefreshes: true)
        #expect(able.restarted(in: catalog).map(\.name) == ["full", "appended"])
        let unable = GenerationRule(job: job(.sync), isFirstAttempt: false, supportsRefreshes: false)
        #expect(unable.restarted(in: catalog).map(\.name) == ["full", "appended", "resumable"])
    }

    @Test(.proves("3.6-minimum")) func `only streams that are overwritten truncate`() {
        let rule = GenerationRule(job: job(.sync), isFirstAttempt: true, supportsRefreshes: true)
        let generations = Dictionary(uniqueKeysWithValues: catalog.streams.map { ($0.descriptor, Int64(3)) })
        let applied = rule.applied(to: catalog, generations: generations, job: 7)
        #expect(applied.streams.map(\.generationID) == [3, 3, 3, 3])
        #expect(applied.streams.map(\.minimumGenerationID) == [3, 0, 3, 0])
        #expect(applied.streams.map(\.syncID) == [7, 7, 7, 7])
    }

    @Test(.proves("2.17-stream", "3.6-minimum"))
    func `a reset truncates what it clears and leaves the other streams alone`() {
        let rule = GenerationRule(
            job: job(.reset, streams: [StreamDescriptor(name: "steady")]), isFirstAttempt: true, supportsRefreshes: true
        )
        #expect(rule.restarted(in: catalog).map(\.name) == ["steady"])
        let applied = rule.applied(to: catalog, generations: [StreamDescriptor(name: "steady"): 5], job: 8)
        #expect(applied.streams.map(\.destinationSyncMode) == [.append, .append, .append, .overwrite])
        #expect(applied.streams.map(\.minimumGenerationID) == [0, 0, 0, 5])
    }

    @Test func `a reset that names no stream clears all of them`() {
        let rule = GenerationRule(job: job(.reset), isFirstAttempt: true, supportsRefreshes: true)
        #expect(rule.restarted(in: catalog).count == 4)
    }

    @Test(.proves("3.6-bump")) func `a refresh restarts what it names besides what is read in full, and only at first`()
    {
        let refresh = job(.refresh, refreshes: [StreamRefresh(StreamDescriptor(name: "steady"), .merge)])
        let first = GenerationRule(job: refresh, isFirstAttempt: true, supportsRefreshes: true)
        #expect(first.restarted(in: catalog).map(\.name) == ["full", "appended", "resumable", "steady"])
        let later = GenerationRule(job: refresh, isFirstAttempt: false, supportsRefreshes: true)
        #expect(later.restarted(in: catalog).map(\.name) == ["full", "appended"])
        let sync = GenerationRule(job: job(.sync), isFirstAttempt: true, supportsRefreshes: true)
        #expect(!sync.restarted(in: catalog).map(\.name).contains("steady"))
    }

    @Test(arguments: [(StreamRefresh.Mode.merge, Int64(0)), (.truncate, 4)])
    func `a refresh replaces old rows where it truncates, and keeps them where it merges`(
        mode: StreamRefresh.Mode, minimum: Int64
    ) {
        let refresh = job(.refresh, refreshes: [StreamRefresh(StreamDescriptor(name: "steady"), mode)])
        let generations = Dictionary(uniqueKeysWithValues: catalog.streams.map { ($0.descriptor, Int64(4)) })
        for isFirst in [true, false] {
            let rule = GenerationRule(job: refresh, isFirstAttempt: isFirst, supportsRefreshes: true)
            let applied = rule.applied(to: catalog, generations: generations, job: 9)
            #expect(applied.streams.map(\.generationID) == [4, 4, 4, 4])
            #expect(applied.streams.map(\.minimumGenerationID) == [4, 0, 4, minimum])
            #expect(applied.streams.map(\.syncMode) == catalog.streams.map(\.syncMode))
        }
    }

    private func job(
        _ kind: Job.Kind, streams: [StreamDescriptor] = [], refreshes: [StreamRefresh] = []
    ) -> Job {
        let now = Instant(seconds: 0)
        return Job(
            id: 1, connectionID: ConnectionID(), kind: kind, status: .running, isScheduled: false, runID: nil,
            streams: streams, refreshes: refreshes, retries: RetryState(), createdAt: now, startedAt: nil,
            updatedAt: now)
    }
}

private func stream(
    _ name: String, _ mode: SyncMode, _ destination: DestinationSyncMode, isResumable: Bool? = nil
) -> ConfiguredStream {
    ConfiguredStream(
        stream: AirbyteStream(name: name, jsonSchema: [:], isResumable: isResumable), syncMode: mode,
        destinationSyncMode: destination)
}
