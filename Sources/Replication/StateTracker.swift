package import Airbyte
import JSON
package import Time

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

    typealias Bucket = StateBacklog.Bucket

    struct Stream: Sendable {
        var open = Bucket()
        /// Records the source sent and counts in its states, and that were not passed on: malformed, filtered or
        /// rejected.
        var openHeld = 0
        /// What awaits its echo.
        var staged = StateBacklog()
        var lastSent = 0
        var lastEchoed = 0
        var isSourceComplete = false
        /// The first state for which a count of the source or the destination differs from ours.
        var miscounted: Int?
        /// Whether the destination was told that it is complete.
        var isTold = false

        var isAcknowledged: Bool { lastEchoed >= lastSent }
    }

    let table: StreamTable
    var streams: [Stream]
    package internal(set) var stats: ReplicationStats
    private var form: Form?
    private var nextID = 1
    private var globalStates = StateBacklog()
    private var lastGlobalSent = 0
    private var lastGlobalEchoed = 0
    private(set) var reportsStatuses = false
    /// Records that came in a form nobody can read; of which streams they were, nobody knows.
    private(set) var unreadableRecords = 0
    /// The first state behind one of them.
    private(set) var unreadableFrom: Int?
    /// Counts that do not match.
    package internal(set) var mismatches: [CountFinding] = []
    var mixesEstimates = false
    let countMismatch: CountMismatch
    private var lastStateTime: Int64?

    package init(_ table: StreamTable, countMismatch: CountMismatch = .fail) {
        self.table = table
        self.countMismatch = countMismatch
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

    /// Counts records that the source sent, by what became of them.
    mutating func count(stream index: Int, _ tally: PendingCounts.Tally) {
        streams[index].openHeld += tally.filtered + tally.rejected
        count(stream: index, records: tally.sent, bytes: tally.sentBytes)
        stats.streams[index].counts.recordsEmitted += tally.filtered + tally.rejected
        stats.streams[index].counts.bytesEmitted += tally.filteredBytes + tally.rejectedBytes
        stats.streams[index].counts.recordsFilteredOut += tally.filtered
        stats.streams[index].counts.bytesFilteredOut += tally.filteredBytes
        stats.streams[index].counts.recordsRejected += tally.rejected
        stats.streams[index].counts.bytesRejected += tally.rejectedBytes
    }

    /// Counts a record that could not be passed on and is no record to anybody but the source.
    mutating func countDropped(stream index: Int) { streams[index].openHeld += 1 }

    mutating func countUnreadable() {
        unreadableRecords += 1
        unreadableFrom = unreadableFrom ?? nextID
    }

    /// Numbers a state of the source, fills in its count and closes the buckets it vouches for.
    package mutating func sourceState(_ state: inout StateMessage, at time: Instant? = nil) -> Verdict {
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
        let held = members.reduce(0) { $0 + streams[$1].openHeld }
        if let claimed = state.sourceRecordCount {
            checkSource(claimed, counted + held, members, state: id)
            // The destination must not wait for records that will not come (protocol.md 2.3).
            if held > 0 { state.setSourceRecordCount(max(0, claimed - Double(held))) }
        } else {
            state.fillSourceRecordCount(counted)
        }
        state.id = id
        noteGap(time?.milliseconds)
        for index in members {
            var bucket = streams[index].open
            bucket.id = id
            bucket.fingerprint = fingerprint
            bucket.time = form == .stream ? time?.milliseconds : nil
            if form == .stream || bucket.records > 0 { streams[index].staged.append(bucket) }
            streams[index].open = Bucket()
            streams[index].openHeld = 0
            if form == .stream { streams[index].lastSent = id }
        }
        if form != .stream {
            globalStates.append(
                Bucket(id: id, fingerprint: fingerprint, records: counted, time: time?.milliseconds))
            lastGlobalSent = id
        }
        stats.sourceStates += 1
        return .forward
    }

    /// Takes the destination's echo, under the source's names, and returns what is now committed, which is nothing where
    /// counts differ; nil for an echo of nothing that was sent and for one that is older than a committed one.
    package mutating func destinationState(_ state: StateMessage, at time: Instant? = nil) -> ConnectionState? {
        stats.destinationStates += 1
        let form = Form(state.kind)
        guard form == self.form else { return nil }
        if case .stream(let descriptor) = state.kind {
            guard let index = table.index(ofSource: descriptor),
                let id = state.id ?? streams[index].staged.number(fingerprint: Self.fingerprint(state)),
                id > streams[index].lastEchoed, id <= streams[index].lastSent
            else { return nil }
            streams[index].lastEchoed = id
            let released = release(upTo: id, stream: index, at: time?.milliseconds)
            checkDestination(state, released, [index], state: id)
            guard !isDistrusted(id, [index]) else { return .empty }
            commit(released, stream: index)
            stats.streams[index].additional.add(state.additionalStats)
            reject(Self.whole(state.rejectedRecordCount), stream: index)
            completeIfDone(index)
        } else {
            guard let id = state.id ?? globalStates.number(fingerprint: Self.fingerprint(state)),
                id > lastGlobalEchoed, id <= lastGlobalSent
            else { return nil }
            lastGlobalEchoed = id
            let released = globalStates.release(upTo: id) { sent in
                if let time { stats.stateLags.add(time.milliseconds - sent) }
            }
            stats.additional.add(state.additionalStats)
            let perStream = streams.indices.map { release(upTo: id, stream: $0) }
            checkDestination(state, released, Array(streams.indices), state: id)
            guard !isDistrusted(id, Array(streams.indices)) else { return .empty }
            for index in streams.indices { commit(perStream[index], stream: index) }
            // The rejects of a whole state name no stream: they go to those that had records, as far as they reach.
            var rejected = Self.whole(state.rejectedRecordCount)
            for index in streams.indices where rejected > 0 {
                let part = min(rejected, perStream[index].records)
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

    private mutating func noteGap(_ time: Int64?) {
        guard let time else { return }
        if let start = lastStateTime ?? stats.times.sourceReadStart { stats.stateGaps.add(time - start) }
        lastStateTime = time
    }

    /// The destination is told that it has all of the stream.
    mutating func countTold(stream index: Int) { streams[index].isTold = true }

    /// Whether the source, which must have ended well, delivered all of the stream.
    package func isDelivered(_ index: Int) -> Bool {
        unreadableRecords == 0 && isSourceComplete(index) && !isDistrusted(.max, [index])
    }

    /// Streams that the source did not complete.
    package var undelivered: [StreamDescriptor] {
        streams.indices.filter { !isSourceComplete($0) }.map { table.source[$0] }
    }

    private func isSourceComplete(_ index: Int) -> Bool { streams[index].isSourceComplete || !reportsStatuses }

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
                commit(release(upTo: Int.max, stream: index), stream: index)
                stats.streams[index].status = .complete
            } else if !stats.streams[index].status.isTerminal, stats.streams[index].status != .pending {
                stats.streams[index].status = .incomplete
            }
        }
    }

    private mutating func release(
        upTo id: Int, stream index: Int, at time: Int64? = nil
    ) -> StateBacklog.Released {
        streams[index].staged.release(upTo: id) { sent in
            if let time { stats.stateLags.add(time - sent) }
        }
    }

    private mutating func commit(_ released: StateBacklog.Released, stream index: Int) {
        stats.streams[index].counts.recordsCommitted += released.records
        stats.streams[index].counts.bytesCommitted += released.bytes
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
        if isEchoed, streams[index].isSourceComplete, streams[index].open.records == 0, !isDistrusted(.max, [index]) {
            setStatus(.complete, of: index)
        }
    }

    /// Terminal statuses stick.
    private mutating func setStatus(_ status: StreamStatus, of index: Int) {
        if !stats.streams[index].status.isTerminal { stats.streams[index].status = status }
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
