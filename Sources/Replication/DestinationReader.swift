import Airbyte
import JSON
import Posix
import Synchronization
import Time

/// Reads what the destination says: its states are the commits.
struct DestinationReader: Sendable {
    let table: StreamTable
    let ledger: AttemptLedger
    let log: LogBatch
    let progress: PipeProgress
    let limits: ReplicationLimits
    let clock: any WallClock
    let onControl: @Sendable (JSON) -> Void
    let stop: Wakeup

    /// All of it goes into one event, and so into one frame.
    private static let mostUnreported = 8 << 20

    /// Returns at the end of the output. False: it could not be read to its end.
    func run(_ output: Descriptor) -> Bool {
        var reader = LineReader(output, stop: stop, limit: limits.lineBytes)
        var scanner = EnvelopeScanner()
        while true {
            switch reader.fill() {
            case .lines: break
            case .end: return true
            case .stopped: return false
            case .failed(let error):
                ledger.raise(.replication, .system, "The destination's output cannot be read: \(error.message)")
                return false
            case .lineTooLong:
                ledger.raise(
                    .destination, .system,
                    "The destination wrote a line of more than \(limits.lineBytes) bytes, the most a message may have.")
                return false
            }
            progress.destinationMessage()
            let base = UnsafePointer(reader.base)
            while let line = reader.takeLine() {
                let bytes = UnsafeBufferPointer(start: base + line.lowerBound, count: line.count - 1)
                handle(scanner.scan(bytes), bytes)
            }
        }
    }

    private func handle(_ envelope: Envelope, _ line: UnsafeBufferPointer<UInt8>) {
        switch Message.read(envelope.kind, line) {
        case .state(let state): commit(state, size: line.count)
        case .log(let message): log.add(message, from: .destination)
        case .trace(.error(let error)):
            let stream = error.stream.map { stream in
                table.index(ofDestination: stream).map { table.source[$0] } ?? stream
            }
            ledger.trace(error, from: .destination, stream: stream)
        case .trace(.analytics): ledger.contents.withLock { $0.tracker.countAnalytics() }
        case .control(let config): onControl(config)
        default:
            guard envelope.kind == .garbage, !line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) else { return }
            log.add(LogMessage(unreadable: line), from: .destination)
        }
    }

    private func commit(_ echo: StateMessage, size: Int) {
        var state = echo
        if case .stream(let stream) = echo.kind, let index = table.index(ofDestination: stream) {
            state.rename(to: table.source[index])
        }
        let now = clock.now
        let isCommit = ledger.contents.withLock { contents in
            guard let committed = contents.tracker.destinationState(state, at: now) else { return false }
            contents.unreported = contents.unreported.merging(committed)
            contents.unreportedBytes += size
            contents.hasNews = true
            return true
        }
        if !isCommit {
            log.add(
                .warn, .destination, "The destination echoed a state that it had not been sent or had echoed before.")
        }
        waitForRoom()
    }

    /// While the worker takes nothing the destination is held up, so that its states do not pile up here.
    private func waitForRoom() {
        while ledger.contents.withLock(\.unreportedBytes) > Self.mostUnreported {
            if Poll.wait([.readable(stop.descriptor)], until: BootClock.now + .milliseconds(20)) == [true] { return }
        }
    }
}
