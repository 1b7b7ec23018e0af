import Airbyte

/// Comparing counts (protocol.md 2.5).
extension StateTracker {
    /// Compares what the source says it sent with what came.
    mutating func checkSource(_ claimed: Double, _ counted: Int, _ members: [Int], state id: Int) {
        guard claimed != Double(counted) else { return }
        note(.source, members, state: id) { name in
            "The source says it sent \(Self.text(claimed)) records of \(name) before its state; \(counted) arrived."
        }
    }

    /// Compares what the destination says it wrote with what it was sent. It may count since its last echo or for the
    /// last state alone.
    mutating func checkDestination(
        _ state: StateMessage, _ released: StateBacklog.Released, _ members: [Int], state id: Int
    ) {
        guard let written = state.destinationRecordCount else { return }
        let total = written + (state.rejectedRecordCount ?? 0)
        guard total != Double(released.records), total != Double(released.last) else { return }
        let isTold = members.contains { streams[$0].isTold && table.configured[$0].replacesTable }
        note(.destination, members, state: id) { name in
            "The destination says it wrote \(Self.text(total)) records of \(name) for a state; \(released.records) were sent to "
                + "it."
                + (isTold
                    ? " It had been told before that all had come, so the table may already have been replaced: compare "
                        + "it with the source, or refresh it." : "")
        }
    }

    /// Whether counts differ for this state of one of the streams or for one before it, and that is a failure, or a record
    /// before it could not be read. It is not saved then: the next attempt would go on behind what was lost, and be green.
    func isDistrusted(_ id: Int, _ members: [Int]) -> Bool {
        if let unreadableFrom, unreadableFrom <= id { return true }
        return countMismatch == .fail && members.contains { streams[$0].miscounted.map { $0 <= id } ?? false }
    }

    private mutating func note(
        _ side: ConnectorRole, _ members: [Int], state id: Int, _ sentence: (String) -> String
    ) {
        for index in members { streams[index].miscounted = min(streams[index].miscounted ?? id, id) }
        guard mismatches.count < 20 else { return }
        let stream = members.count == 1 ? table.source[members[0]] : nil
        mismatches.append(
            CountFinding(side, stream: stream, sentence(stream.map { "the stream \($0)" } ?? "all streams")))
    }

    private static func text(_ count: Double) -> String { Int64(exactly: count).map(String.init) ?? "\(count)" }
}

extension ConfiguredStream {
    /// Whether the destination puts what it was sent in place of what it has.
    fileprivate var replacesTable: Bool {
        destinationSyncMode.isOverwrite || (minimumGenerationID ?? 0) != 0 && minimumGenerationID == generationID
    }
}
