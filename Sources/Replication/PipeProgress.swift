import Posix
import Synchronization

/// When things last moved, for the thread that watches that they do.
final class PipeProgress: Sendable {
    private let sourceMoved = Atomic<Int64>(BootClock.now.nanoseconds)
    /// 0: not writing.
    private let writingSince = Atomic<Int64>(0)
    private let destinationMoved = Atomic<Int64>(BootClock.now.nanoseconds)
    private let inputHasEnded = Atomic(false)

    /// The source sent something, or what it sent before was at last taken.
    func sourceMessage() { sourceMoved.store(BootClock.now.nanoseconds, ordering: .relaxed) }
    func destinationMessage() { destinationMoved.store(BootClock.now.nanoseconds, ordering: .relaxed) }
    func beginWriting() { writingSince.store(BootClock.now.nanoseconds, ordering: .relaxed) }

    func endWriting() { writingSince.store(0, ordering: .relaxed) }

    func inputEnded() {
        destinationMessage()
        inputHasEnded.store(true, ordering: .releasing)
    }

    /// Whether the destination's input is closed, or about to be.
    var hasInputEnded: Bool { inputHasEnded.load(ordering: .acquiring) }

    /// How long the source has sent nothing; zero while the destination holds it up.
    func sourceSilence(at now: BootInstant) -> Duration {
        guard writingSince.load(ordering: .relaxed) == 0 else { return .zero }
        return now - BootInstant(nanoseconds: sourceMoved.load(ordering: .relaxed))
    }

    /// How long the destination has taken no input, or been silent since its input ended.
    func destinationStall(at now: BootInstant) -> Duration {
        let writing = writingSince.load(ordering: .relaxed)
        if writing != 0 { return now - BootInstant(nanoseconds: writing) }
        guard hasInputEnded else { return .zero }
        return now - BootInstant(nanoseconds: destinationMoved.load(ordering: .relaxed))
    }
}
