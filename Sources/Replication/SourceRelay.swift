import Airbyte
import JSON
import Posix
import Synchronization
import Time

/// The way of the records: reads the source's lines, counts them, and writes records and states to the destination.
///
/// Runs on one thread from the first line to the closing of the destination's input. It fails the attempt by raising a
/// failure in the ledger, and then closes the input without COMPLETE, so that the destination keeps what it had.
struct SourceRelay: Sendable {
    let table: StreamTable
    let rules: RecordRules
    let rejects: RejectBatch
    let ledger: AttemptLedger
    let log: LogBatch
    let progress: PipeProgress
    let limits: ReplicationLimits
    let tellsCompletion: Bool
    /// Whether the source may send rows in blocks, because the destination takes them and nothing looks at records.
    let takesRowBlocks: Bool
    let clock: any WallClock
    let onControl: @Sendable (JSON) -> Void
    /// Signalled to end the reading.
    let stop: Wakeup
    /// Signalled to give up a write that will never end.
    let abandon: Wakeup

    /// Why the reading ended.
    private enum Ending {
        case sourceEnded, stopped, failed
        case destinationGone(PosixError)
    }

    /// Returns when the destination's input is closed. `sourceEnded` waits for the source's exit and says whether it
    /// was clean.
    func run(from source: any RunningConnector, to input: Descriptor, sourceEnded: () -> Bool) {
        defer {
            progress.inputEnded()
            input.close()
        }
        var writer: LineWriter
        do throws(PosixError) {
            writer = try LineWriter(input, abandon: abandon, progress: progress)
        } catch {
            return ledger.raise(.platform, .system, error.message)
        }
        let ending = relay(source.output, to: &writer)
        ledger.mark(\.sourceReadEnd)
        switch ending {
        case .sourceEnded:
            ledger.contents.withLock { $0.isSourceDrained = true }
            guard sourceEnded() else { break }
            do throws(PosixError) {
                try finish(&writer)
                try writer.drain()
            } catch {
                noteGone(error)
            }
        case .destinationGone(let error): noteGone(error)
        case .stopped, .failed: break
        }
        try? writer.flush()
    }

    private func tell(_ warnings: [AttemptWarning]) {
        for warning in warnings { log.add(.warn, .replication, warning.message) }
        ledger.contents.withLock { $0.warnings += warnings }
    }

    private func noteGone(_ error: PosixError) {
        ledger.contents.withLock { $0.destinationStoppedReading = true }
        log.add(.warn, .replication, "The destination stopped reading. \(error.message)")
    }

    private func relay(_ output: Descriptor, to writer: inout LineWriter) -> Ending {
        var scanner = EnvelopeScanner()
        var counts = PendingCounts(table.count)
        var router = RecordRouter(table)
        var screen: RecordScreen
        do {
            screen = try RecordScreen(rules, rejects: rejects, ledger: ledger)
        } catch {
            ledger.raise(.replication, .config, "A mapper of the connection cannot be carried out here: \(error)")
            return .failed
        }
        defer { tell(screen.warnings) }
        var reader = LineReader(
            output, stop: stop, limit: limits.lineBytes,
            taps: table.keepsNames && screen.leavesAny && !takesRowBlocks)
        while true {
            switch reader.fill() {
            case .lines:
                ledger.mark(\.sourceReadStart)
                ledger.mark(\.destinationWriteStart)
            case .end: return .sourceEnded
            case .stopped: return .stopped
            case .failed(let error):
                ledger.raise(.replication, .system, "The source's output cannot be read: \(error.message)")
                return .failed
            case .lineTooLong:
                ledger.raise(
                    .source, .system,
                    "The source wrote a line of more than \(limits.lineBytes) bytes, the most that a message may have.")
                return .failed
            }
            let ending = pass(&reader, &scanner, &router, &screen, &counts, &writer)
            counts.flush(into: ledger)
            if let ending { return ending }
            if counts.takeMoved() { progress.sourceMessage() }
        }
    }

    /// Passes on the lines that the reader has. Neighbouring records that stay as they are go out in one piece.
    private func pass(
        _ reader: inout LineReader, _ scanner: inout EnvelopeScanner, _ router: inout RecordRouter,
        _ screen: inout RecordScreen, _ counts: inout PendingCounts, _ writer: inout LineWriter
    ) -> Ending? {
        let base = UnsafePointer(reader.base)
        var run = 0..<0
        do {
            while let line = reader.takeLine() {
                let bytes = UnsafeBufferPointer(start: base + line.lowerBound, count: line.count - 1)
                let envelope = scanner.scan(bytes)
                if envelope.kind == .record {
                    guard let index = router.index(envelope, bytes) else {
                        try reader.pass(run, to: &writer)
                        raiseUnknownStream(envelope, bytes)
                        return .failed
                    }
                    if screen.isDue(index) {
                        switch screen.look(envelope, bytes, stream: index, router, &counts) {
                        case .asItCame: break
                        case .held: continue
                        case .rewritten:
                            try reader.pass(run, to: &writer)
                            run = 0..<0
                            try writer.append(screen.line)
                            continue
                        case .refused:
                            try reader.pass(run, to: &writer)
                            return .failed
                        }
                    }
                    counts.add(index, bytes: envelope.size(bytes))
                    if router.keepsName(index) {
                        let alike = screen.rests(index) ? envelope.linesAlike(bytes, reader.rest) : RecordLines()
                        note(alike, like: envelope, bytes, index, &screen, &counts)
                        let line = line.lowerBound..<reader.take(alike.length)
                        if run.upperBound != line.lowerBound || run.isEmpty {
                            try reader.pass(run, to: &writer)
                            run = line
                        } else {
                            run = run.lowerBound..<line.upperBound
                        }
                        continue
                    }
                    try reader.pass(run, to: &writer)
                    run = 0..<0
                    var failure: PosixError?
                    let whole = UnsafeBufferPointer(start: base + line.lowerBound, count: line.count)
                    router.rewrite(envelope, whole, stream: index) { piece in
                        do throws(PosixError) {
                            if failure == nil { try writer.append(UnsafeRawBufferPointer(piece)) }
                        } catch {
                            failure = error
                        }
                    }
                    if let failure { throw failure }
                    if screen.rests(index) {
                        try renameAlike(envelope, bytes, index, router, &reader, &screen, &counts, &writer)
                    }
                    continue
                }
                try reader.pass(run, to: &writer)
                run = 0..<0
                if envelope.kind == .rows, takesRowBlocks {
                    switch try passBlock(bytes, line, &reader, router, &counts, &writer) {
                    case .passed: continue
                    case .incomplete: break
                    case .refused: return .failed
                    }
                    break
                }
                counts.flush(into: ledger)
                if try !handle(envelope, bytes, isCutOff: reader.isCutOff, &writer) { return .failed }
            }
            try reader.pass(run, to: &writer)
            try writer.flush()
        } catch let error as PosixError {
            return .destinationGone(error)
        } catch {
            return .failed
        }
        return nil
    }

    private enum BlockFate {
        /// `incomplete`: its end has not come yet.
        case passed, incomplete, refused
    }

    /// Passes on rows in a block, announced by a line, as soon as all of them are there: so none is ever cut short.
    private func passBlock(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ reader: inout LineReader,
        _ router: borrowing RecordRouter, _ counts: inout PendingCounts, _ writer: inout LineWriter
    ) throws(PosixError) -> BlockFate {
        guard var block = RowBlock(bytes), let index = table.index(ofSource: block.stream),
            block.bytes <= limits.lineBytes / 2
        else {
            ledger.raise(.source, .system, "The source sent a block of rows that is malformed or of an unknown stream.")
            return .refused
        }
        guard let body = reader.takeBlock(block.bytes, after: line) else {
            guard reader.isCutOff else { return .incomplete }
            ledger.raise(.source, .system, "The source's output ended in the middle of its rows.")
            return .refused
        }
        counts.add(index, records: block.rows, bytes: block.bytes)
        if router.keepsName(index) {
            try reader.pass(line.lowerBound..<body.upperBound, to: &writer)
        } else {
            block.stream = table.destination[index]
            try writer.append(block.json.bytes + [10])
            try reader.pass(body, to: &writer)
        }
        return .passed
    }

    /// Counts lines that went on unseen. What they say beside their `data` is the same, the size of a file too.
    func note(
        _ lines: RecordLines, like envelope: Envelope, _ line: UnsafeBufferPointer<UInt8>, _ index: Int,
        _ screen: inout RecordScreen, _ counts: inout PendingCounts
    ) {
        let bytes = envelope.fileSize(line).map { $0.multipliedReportingOverflow(by: lines.records).partialValue }
        counts.add(index, records: lines.records, bytes: bytes ?? lines.dataBytes)
        screen.skip(index, lines.records)
    }

    /// False: the source broke a rule, and the attempt fails.
    private func handle(
        _ envelope: Envelope, _ line: UnsafeBufferPointer<UInt8>, isCutOff: Bool, _ writer: inout LineWriter
    ) throws(PosixError) -> Bool {
        if envelope.kind != .garbage, envelope.kind != .malformedRecord {
            ledger.contents.withLock { $0.sourceHasSpoken = true }
        }
        switch (envelope.kind, Message.read(envelope.kind, line)) {
        case (_, .state(var state)):
            progress.sourceMessage()
            let now = clock.now
            let verdict = ledger.contents.withLock { contents in
                contents.hasNews = true
                return contents.tracker.sourceState(&state, at: now)
            }
            return try pass(state, verdict, &writer)
        case (_, .log(let message)): log.add(message, from: .source)
        case (_, .trace(let trace)): note(trace)
        case (_, .control(let config)): onControl(config)
        case (.malformedRecord, _):
            countDropped(line)
            log.add(.warn, .source, "A RECORD without stream or data was passed over; its content is not logged.")
        case (.garbage, _):
            if !line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) {
                log.add(LogMessage(unreadable: line), from: .source)
            }
            if LogMessage.isBrokenRecord(line, isCutOff: isCutOff) {
                ledger.contents.withLock { $0.tracker.countUnreadable() }
            }
        case (.state, nil): log.add(.warn, .source, "A STATE that lacks its required members was passed over.")
        default: break
        }
        return true
    }

    private func pass(
        _ state: StateMessage, _ verdict: StateTracker.Verdict, _ writer: inout LineWriter
    ) throws(PosixError) -> Bool {
        switch verdict {
        case .forward:
            var mapped = state
            if case .stream(let stream) = state.kind, let index = table.index(ofSource: stream) {
                mapped.rename(to: table.destination[index])
            }
            try writer.append(mapped.message.bytes + [10])
            return true
        case .unknownStream:
            log.add(.warn, .source, "A STATE of a stream that is not in the catalog was passed over.")
            return true
        case .mixed:
            ledger.raise(.source, .system, "The source mixes states of different types in one sync.")
            return false
        }
    }

    /// The source has counted it, if it counts.
    private func countDropped(_ line: UnsafeBufferPointer<UInt8>) {
        guard let record = (try? JSON.parse(line))?["record"], let name = record["stream"]?.stringValue else { return }
        let stream = StreamDescriptor(name: name, namespace: record["namespace"]?.stringValue)
        guard let index = table.index(ofSource: stream) else { return }
        ledger.contents.withLock { $0.tracker.countDropped(stream: index) }
    }

    private func note(_ trace: TraceMessage) {
        switch trace {
        case .error(let error): ledger.trace(error, from: .source, stream: error.stream)
        case .streamStatus(let status): ledger.contents.withLock { $0.tracker.status(status) }
        case .estimate(let estimate): ledger.contents.withLock { $0.tracker.estimate(estimate) }
        case .analytics: ledger.contents.withLock { $0.tracker.countAnalytics() }
        }
    }

    private func raiseUnknownStream(_ envelope: Envelope, _ line: UnsafeBufferPointer<UInt8>) {
        let name =
            envelope.stream.flatMap { try? JSON.parse(UnsafeBufferPointer(rebasing: line[$0])) }?.stringValue ?? ""
        let namespace = envelope.namespace.flatMap { try? JSON.parse(UnsafeBufferPointer(rebasing: line[$0])) }?
            .stringValue
        let stream = StreamDescriptor(
            name: String(name.prefix(200)), namespace: namespace.map { String($0.prefix(200)) })
        ledger.raise(
            .source, .system,
            "The source sent a record of the stream \(stream), which is not in the catalog. Refresh the source's schema."
        )
    }

    /// After a clean exit of the source: the states it owes, then COMPLETE for each stream it delivered.
    private func finish(_ writer: inout LineWriter) throws(PosixError) {
        for var state in ledger.contents.withLock({ $0.tracker.missingStates() }) {
            let verdict = ledger.contents.withLock { $0.tracker.sourceState(&state) }
            _ = try pass(state, verdict, &writer)
        }
        guard tellsCompletion else { return try writer.flush() }
        let delivered = ledger.contents.withLock { contents in
            let delivered = table.destination.indices.filter { contents.tracker.isDelivered($0) }
            for index in delivered { contents.tracker.countTold(stream: index) }
            return delivered
        }
        for index in delivered {
            let status = StreamStatusTrace(stream: table.destination[index], phase: .complete)
            try writer.append(status.message(emittedAt: clock.now.milliseconds).bytes + [10])
        }
        try writer.flush()
    }
}
