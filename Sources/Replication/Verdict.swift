package import Airbyte
package import Launcher
package import Posix
package import Time

/// How an attempt ended, from what is known at its end. Success is what is left when nothing speaks against it.
package struct Verdict: Sendable {
    /// How one connector's process ended.
    package struct End: Sendable {
        /// Nil if it was never started.
        package var exit: ChildExit?
        /// Whether we asked it to end: then its exit code says nothing.
        package var wasStopped = false
        /// The end of its standard error, masked.
        package var errorTail = ""
        /// What ended it, where that was not the connector itself.
        package var fault: LauncherError?

        package init(
            exit: ChildExit? = nil, wasStopped: Bool = false, errorTail: String = "", fault: LauncherError? = nil
        ) {
            self.exit = exit
            self.wasStopped = wasStopped
            self.errorTail = errorTail
            self.fault = fault
        }
    }

    package var isCancelled = false
    package var source = End()
    package var destination = End()
    package var traces: [FailureReason] = []
    /// How many more the connectors named than `traces` holds.
    package var furtherTraces = 0
    package var raised: [FailureReason] = []
    package var unacknowledged: [StreamDescriptor] = []
    package var undelivered: [StreamDescriptor] = []
    /// Counts that do not match, and what that means to the connection.
    package var mismatches: [CountFinding] = []
    package var countMismatch = CountMismatch.fail
    /// How much memory the connectors may take.
    package var memoryLimit = MemoryLimit.unknown
    /// How many records came in a form nobody can read.
    var unreadableRecords = 0
    /// Whether the source sent no message of the protocol at all, though there is a stream to read.
    package var isSourceMute = false
    package var destinationStoppedReading = false

    package init() {}

    static let mostFailures = 10

    /// The status and the failures, the likeliest cause first.
    package func decide(at now: Instant) -> (status: ReplicationSummary.Status, failures: [FailureReason]) {
        let named = traces.sorted { $0.timestamp < $1.timestamp }
        // After a cancel everybody was asked to end: how they did says nothing.
        if isCancelled { return (.cancelled, cut(named + raised, now)) }
        var faults = raised
        faults += exitFault(.source, source, now)
        faults += exitFault(.destination, destination, now)
        if faults.isEmpty { faults = proofFaults(now) }
        return (faults.isEmpty ? .completed : .failed, cut(named + faults, now))
    }

    /// The first ones, and how many more there are.
    private func cut(_ failures: [FailureReason], _ now: Instant) -> [FailureReason] {
        let more = failures.count + furtherTraces - Self.mostFailures
        guard more > 0 else { return failures }
        let sentence = "There are \(more) more failures than are shown here; the log has them."
        return failures.prefix(Self.mostFailures) + [FailureReason(.replication, .system, sentence, at: now)]
    }

    /// Whether counts that do not match are a failure.
    var isCountFailure: Bool { countMismatch == .fail }

    private func exitFault(_ role: ConnectorRole, _ end: End, _ now: Instant) -> [FailureReason] {
        guard let exit = end.exit, !exit.isSuccess, !end.wasStopped else { return [] }
        if let fault = end.fault {
            return [FailureReason(fault.origin(of: role), fault.failureKind, fault.message, at: now)]
        }
        let name = role == .source ? "Source" : "Destination"
        var sentence: String
        switch exit {
        case .exited(137), .signalled(9):
            sentence = "\(name) process was killed (signal 9), most likely because it ran out of memory: \(memoryLimit)"
        case .exited(let code): sentence = "\(name) process exited with non-zero exit code \(code)"
        case .signalled(let number): sentence = "\(name) process was ended by signal \(number)"
        }
        if !traces.contains(where: { $0.origin == role.origin }) {
            let tail = end.errorTail.isEmpty ? "." : ". The last it wrote to its error output:\n\(end.errorTail)"
            sentence += " without any message\(tail)"
        }
        return [FailureReason(role.origin, .system, sentence, at: now)]
    }

    /// What both exits of 0 do not prove.
    private func proofFaults(_ now: Instant) -> [FailureReason] {
        var faults: [FailureReason] = []
        if destinationStoppedReading {
            faults.append(
                FailureReason(
                    .destination, .system,
                    "The destination exited without an error before it had read everything.", at: now))
        } else if source.exit?.isSuccess != true || destination.exit?.isSuccess != true {
            faults.append(
                FailureReason(.replication, .system, "A connector did not end as it should have.", at: now))
        }
        if isSourceMute, !destinationStoppedReading {
            faults.append(
                FailureReason(
                    .source, .system,
                    "The source exited without an error but sent no message of the Airbyte protocol, so nothing shows "
                        + "that it read anything. Its output is in the log.", at: now))
        }
        if unreadableRecords > 0 {
            faults.append(
                FailureReason(
                    .source, .system,
                    "The source wrote \(unreadableRecords) records that cannot be read, so they are lost. "
                        + "The log says where. It may have been cut off, or write from two threads at once.", at: now))
        }
        for stream in undelivered.prefix(destinationStoppedReading || unreadableRecords > 0 ? 0 : 5) {
            faults.append(
                FailureReason(
                    .source, .system,
                    "The source exited without an error but did not complete the stream \(stream).", stream: stream,
                    at: now))
        }
        if !unacknowledged.isEmpty {
            let names = unacknowledged.prefix(5).map(\.description).joined(separator: ", ")
            faults.append(
                FailureReason(
                    .destination, .system,
                    "The destination exited without an error but did not acknowledge all states of \(names).", at: now))
        }
        if isCountFailure {
            for finding in mismatches.prefix(5) {
                faults.append(
                    FailureReason(finding.side.origin, .system, finding.sentence, stream: finding.stream, at: now))
            }
        }
        return faults
    }
}
