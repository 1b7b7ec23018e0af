package import Airbyte
import JSON

/// Which states are on their way, which records each of them vouches for, and what has been committed.
///
/// Records are counted into their stream's open bucket; a state from the source closes the bucket under a number of its
/// own; the destination's echo of that number commits the bucket and all older ones of that stream.
package struct StateTracker: Sendable {
    /// What a state from the source means for the sync.
    package enum Verdict: Sendable, Equatable {
        case forward
        /// Of a stream that is not in the catalog.
        case unknownStream
        /// Of another type than the states before.
        case mixed
    }

    fileprivate enum Form { case stream, global, legacy }

    private typealias Bucket = StateBacklog.Bucket

    private struct Stream: Sendable {
        var open = Bucket()
        /// Records the source sent that were malformed and so not passed on; it counts them in its states.
        var openDropped = 0
        /// What awaits its echo.
        var staged = StateBacklog()
        var lastSent = 0
        var lastEchoed = 0
        var isSourceComplete = false
        var isShort = false

        var isAcknowledged: Bool { lastEchoed >= lastSent }
    }

    private let table: StreamTable
    private var streams: [Stream]
    package private(set) var stats: ReplicationStats
    private var form: Form?
    private var nextID = 1
    private var globalStates = StateBacklog()
    private var lastGlobalSent = 0
    private var lastGlobalEchoed = 0
    private(set) var reportsStatuses = false
    /// Records that came in a form nobody can read; of which streams they were, nobody knows.
    private(set) var unreadableRecords = 0
    /// Sentences about counts that do not match.
    package private(set) var mismatches: [String] = []
    private var mixesEstimates = false
    private var hasSyncEstimate = false

    package init(_ table: StreamTable) {
        self.table = table
        streams = Array(repeating: Stream(), count: table.count)
        stats = ReplicationStats(streams: table.source.map(StreamStats.init(stream:)))
    }

    /// Counts records that were passed on.
    package mutating func count(stream index: Int, records: Int, bytes: Int) {
        streams[index].open.records += records
        streams[index].open.bytes += bytes
        stats.streams[index].counts.recordsEmitted += records
        stats.streams[index].counts.bytesEmitted += bytes
        stats.streams[index].quotaReset = nil
        setStatus(.running, of: index)
    }

    mutating func countDropped(stream index: Int) { streams[index].openDropped += 1 }

    mutating func countUnreadable() { unreadableRecords += 1 }

    /// Numbers a state of the source, fills in its count and closes the buckets it vouches for.
    package mutating func sourceState(_ state: inout StateMessage) -> Verdict {
        let form = Form(state.kind)
        if let known = self.form, known != form { return .mixed }
        let members: [Int]
        if case .stream(let descriptor) = state.kind {
            guard let index = table.index(ofSource: descriptor) else { return .unknownStream }
            members = [index]
        } else {
            members = Array(streams.indices)
        }
        self.form = form
        let id = nextID
        nextID += 1
        let fingerprint = Self.fingerprint(state)
        let counted = members.reduce(0) { $0 + streams[$1].open.records }
        let dropped = members.reduce(0) { $0 + streams[$1].openDropped }
        if let claimed = state.sourceRecordCount { checkSource(claimed, counted + dropped, members) }
        state.fillSourceRecordCount(counted)
        state.id = id
        for index in members {
            var bucket = streams[index].open
            bucket.id = id
            bucket.fingerprint = fingerprint
            if form == .stream || bucket.records > 0 { streams[index].staged.append(bucket) }
            streams[index].open = Bucket()
            streams[index].openDropped = 0
            if form == .stream { streams[index].lastSent = id }
        }
        if form != .stream {
            globalStates.append(Bucket(id: id, fingerprint: fingerprint, records: counted))
            lastGlobalSent = id
        }
        stats.sourceStates += 1
        return .forward
    }

    /// Takes the destination's echo, under the source's names, and returns what is now committed; nil for an echo of
    /// nothing that was sent and for one that is older than a committed one.
    package mutating func destinationState(_ state: StateMessage) -> ConnectionState? {
        stats.destinationStates += 1
        let form = Form(state.kind)
        guard form == self.form else { return nil }
        if case .stream(let descriptor) = state.kind {
            guard let index = table.index(ofSource: descriptor),
                let id = state.id ?? streams[index].staged.number(fingerprint: Self.fingerprint(state)),
                id > streams[index].lastEchoed, id <= streams[index].lastSent
            else { return nil }
            streams[index].lastEchoed = id
            let released = release(upTo: id, stream: index)
            checkDestination(state, released.records, released.last, "stream \(table.source[index])")
            reject(Self.whole(state.rejectedRecordCount), stream: index)
            completeIfDone(index)
        } else {
            guard let id = state.id ?? globalStates.number(fingerprint: Self.fingerprint(state)),
                id > lastGlobalEchoed, id <= lastGlobalSent
            else { return nil }
            lastGlobalEchoed = id
            let released = globalStates.release(upTo: id)
            let perStream = streams.indices.map { release(upTo: id, stream: $0).records }
            checkDestination(state, released.records, released.last, "all streams")
            // The rejects of a whole state name no stream: they go to those that had records, as far as they reach.
            var rejected = Self.whole(state.rejectedRecordCount)
            for index in streams.indices where rejected > 0 {
                let part = min(rejected, perStream[index])
                reject(part, stream: index)
                rejected -= part
            }
            for index in streams.indices { completeIfDone(index) }
        }
        return state.connectionState
    }

    /// Full-refresh streams that cannot resume and sent no state get an empty one, so that their records are
    /// acknowledged (protocol.md 2.2). For a source that ended well.
    package func missingStates() -> [StateMessage] {
        guard form == nil || form == .stream else { return [] }
        return table.configured.indices.compactMap { index in
            let stream = table.configured[index]
            guard stream.syncMode == .fullRefresh, stream.stream.isResumable != true, streams[index].lastSent == 0
            else { return nil }
            return StateMessage(StreamState(descriptor: stream.descriptor, state: [:]))
        }
    }

    package mutating func status(_ trace: StreamStatusTrace) {
        reportsStatuses = true
        guard let index = table.index(ofSource: trace.stream) else { return }
        switch trace.phase {
        case .started: setStatus(.running, of: index)
        case .running:
            stats.streams[index].quotaReset = trace.isRateLimited ? trace.quotaReset : nil
            setStatus(trace.isRateLimited ? .rateLimited : .running, of: index)
        case .incomplete:
            streams[index].isSourceComplete = false
            setStatus(.incomplete, of: index)
        case .complete:
            streams[index].isSourceComplete = true
            stats.streams[index].quotaReset = nil
            completeIfDone(index)
        }
    }

    /// Estimates of both scopes mean nothing together, so then all are dropped (protocol.md 2.6).
    mutating func estimate(_ estimate: TraceEstimate) {
        if estimate.scope == .sync { hasSyncEstimate = true }
        let hasStreamEstimates = stats.streams.contains { $0.estimatedRecords != nil || $0.estimatedBytes != nil }
        if hasSyncEstimate, hasStreamEstimates || estimate.scope == .stream { mixesEstimates = true }
        if mixesEstimates {
            for index in stats.streams.indices {
                stats.streams[index].estimatedRecords = nil
                stats.streams[index].estimatedBytes = nil
            }
        } else if let index = table.index(ofSource: estimate.stream), estimate.scope == .stream {
            stats.streams[index].estimatedRecords = estimate.rows
            stats.streams[index].estimatedBytes = estimate.bytes
        }
    }

    /// Whether the source, which must have ended well, delivered all of the stream.
    func isDelivered(_ index: Int) -> Bool {
        unreadableRecords == 0 && !streams[index].isShort && (streams[index].isSourceComplete || !reportsStatuses)
    }

    /// Streams that the source did not complete.
    package var undelivered: [StreamDescriptor] { streams.indices.filter { !isDelivered($0) }.map { table.source[$0] } }

    /// Streams with a state that the destination has not echoed.
    package var unacknowledged: [StreamDescriptor] {
        if lastGlobalEchoed < lastGlobalSent { return table.source }
        return streams.indices.filter { !streams[$0].isAcknowledged }.map { table.source[$0] }
    }

    /// After an end without fault, what came behind the last states is committed too: the destination took all of it
    /// and ended well. After another end, streams that ran are incomplete.
    package mutating func finish(isProven: Bool) {
        for index in streams.indices {
            if isProven {
                streams[index].staged.append(streams[index].open)
                streams[index].open = Bucket()
                _ = release(upTo: Int.max, stream: index)
                stats.streams[index].status = .complete
            } else if !stats.streams[index].status.isTerminal, stats.streams[index].status != .pending {
                stats.streams[index].status = .incomplete
            }
        }
    }

    private mutating func release(upTo id: Int, stream index: Int) -> (records: Int, last: Int) {
        let released = streams[index].staged.release(upTo: id)
        stats.streams[index].counts.recordsCommitted += released.records
        stats.streams[index].counts.bytesCommitted += released.bytes
        return (released.records, released.last)
    }

    private mutating func reject(_ records: Int, stream index: Int) {
        let part = max(0, min(records, stats.streams[index].counts.recordsCommitted))
        stats.streams[index].counts.recordsCommitted -= part
        stats.streams[index].counts.recordsRejected += part
    }

    private mutating func completeIfDone(_ index: Int) {
        let isEchoed =
            form == .stream
            ? streams[index].isAcknowledged && streams[index].lastSent > 0
            : lastGlobalEchoed >= lastGlobalSent && lastGlobalSent > 0
        if isEchoed, streams[index].isSourceComplete, streams[index].open.records == 0 {
            setStatus(.complete, of: index)
        }
    }

    /// Terminal statuses stick.
    private mutating func setStatus(_ status: StreamStatus, of index: Int) {
        if !stats.streams[index].status.isTerminal { stats.streams[index].status = status }
    }

    private mutating func checkSource(_ claimed: Double, _ counted: Int, _ members: [Int]) {
        guard claimed != Double(counted) else { return }
        let name = members.count == 1 ? "stream \(table.source[members[0]])" : "all streams"
        note("The source says it sent \(claimed) records of \(name) before its state; \(counted) arrived.")
        if claimed > Double(counted) { for index in members { streams[index].isShort = true } }
    }

    private mutating func checkDestination(_ state: StateMessage, _ released: Int, _ last: Int, _ name: String) {
        guard let written = state.destinationRecordCount else { return }
        let total = written + (state.rejectedRecordCount ?? 0)
        guard total != Double(released), total != Double(last) else { return }
        note("The destination says it wrote \(total) records of \(name) for a state; \(released) were sent to it.")
        if total < Double(min(released, last)) { hasLoss = true }
    }

    /// Whether the destination itself says that it wrote less than it was sent.
    package private(set) var hasLoss = false

    private mutating func note(_ sentence: String) {
        if mismatches.count < 20 { mismatches.append(sentence) }
    }

    private static func whole(_ count: Double?) -> Int {
        count.flatMap { Int(exactly: $0.rounded()) } ?? 0
    }

    private static func fingerprint(_ state: StateMessage) -> Int {
        if case .stream = state.kind { return (state.payload["stream_state"] ?? .null).hashValue }
        return state.payload.hashValue
    }
}

extension StateTracker.Form {
    fileprivate init(_ kind: StateMessage.Kind) {
        switch kind {
        case .stream: self = .stream
        case .global: self = .global
        case .legacy: self = .legacy
        }
    }
}
