import Posix
import Service
import Synchronization

/// The runs that a worker holds just now, so that all of them can be told something at once.
final class RunRoster: Sendable {
    private struct Entry {
        let hold: RunHold
        let body: Task<String, any Error>
    }

    private struct State {
        var entries: [RunID: Entry] = [:]
        var lost: LeaseLost?
        var handOver: HandOver?
        var isAbandoned = false
        var claimsUnderWay = 0
        /// Claimed, and about to be taken in.
        var expected: Set<Held> = []
        /// Runs the store has in this worker's name though nobody here runs them, as of the last look.
        var strays: Set<Held> = []
        /// Runs that go on here though the store does not have them in this worker's name, as of the last look.
        var ghosts: Set<Held> = []
    }

    /// A run under one token.
    struct Held: Hashable, Sendable {
        let run: RunID
        let token: Int64
    }

    private let state = Mutex(State())

    func beginClaim() { state.withLock { $0.claimsUnderWay += 1 } }

    func endClaim(_ runs: [ClaimedRun]) {
        state.withLock { state in
            state.claimsUnderWay -= 1
            for run in runs { state.expected.insert(Held(run: run.id, token: run.token)) }
        }
    }

    /// Takes a run in; it is told at once what the others were told before.
    func add(_ hold: RunHold, _ body: Task<String, any Error>) {
        let (replaced, lost, handOver, isAbandoned) = state.withLock { state in
            state.expected.remove(Held(run: hold.run.id, token: hold.run.token))
            let replaced = state.entries.updateValue(Entry(hold: hold, body: body), forKey: hold.run.id)
            return (replaced, state.lost, state.handOver, state.isAbandoned)
        }
        replaced?.hold.lose(LeaseLost("Run \(hold.run.id) was claimed again under another token."))
        // A single run may be lost too, when its own write finds the fence fallen.
        hold.loss.whenSet { _ in body.cancel() }
        if let lost { hold.lose(lost) }
        if let handOver { hold.stopping.set(handOver) }
        if isAbandoned { body.cancel() }
    }

    func remove(_ hold: RunHold) {
        state.withLock { state in
            guard state.entries[hold.run.id]?.hold === hold else { return }
            state.entries[hold.run.id] = nil
        }
    }

    /// Tells every run that it is not ours any more, which cancels its body.
    func lose(_ lost: LeaseLost) {
        for entry in change({ $0.lost = lost }) { entry.hold.lose(lost) }
    }

    /// Asks every run to come to rest.
    func handOver(_ handOver: HandOver) {
        for entry in change({ if $0.handOver == nil { $0.handOver = handOver } }) { entry.hold.stopping.set(handOver) }
    }

    /// Cancels what has not come to rest.
    func abandon(at now: BootInstant) {
        handOver(HandOver(until: now))
        for entry in change({ $0.isAbandoned = true }) { entry.body.cancel() }
    }

    /// Tells a run that its cancellation was asked for.
    func cancel(_ run: Held, because reason: String) { entry(run)?.hold.cancellation.set(Cancelled(reason)) }

    /// Asks one run to come to rest; answers its body where it was not asked before.
    func handOver(_ run: Held, _ handOver: HandOver) -> Task<String, any Error>? {
        guard let entry = entry(run), entry.hold.stopping.set(handOver) else { return nil }
        return entry.body
    }

    /// Tells a run of an open signal.
    func tell(_ run: Held, _ id: Int64, _ signal: SignalName) { entry(run)?.hold.tell(id, signal) }

    private func entry(_ run: Held) -> Entry? {
        let entry = state.withLock { $0.entries[run.run] }
        return entry?.hold.run.token == run.token ? entry : nil
    }

    /// Compares what the store has in our name with what runs here. Runs that go on here though they are not ours any
    /// more are told so. Answers those that are ours though nobody runs them: the answer to their claim was lost.
    ///
    /// Either counts only when it was seen in two looks in a row with no claim under way.
    func reconcile(with held: [Held]) -> [Held] {
        let (strays, lost) = state.withLock { state -> ([Held], [Entry]) in
            let here = state.expected.union(
                state.entries.values.map { Held(run: $0.hold.run.id, token: $0.hold.run.token) })
            let strays = state.claimsUnderWay > 0 ? [] : Set(held).subtracting(here)
            let ghosts = here.subtracting(held)
            defer {
                state.strays = strays
                state.ghosts = ghosts
            }
            return (
                strays.intersection(state.strays).sorted { $0.run < $1.run },
                ghosts.intersection(state.ghosts).sorted { $0.run < $1.run }.compactMap { state.entries[$0.run] }
            )
        }
        for entry in lost { entry.hold.lose(entry.hold.fence.lost) }
        return strays
    }

    private func change(_ change: (inout State) -> Void) -> [Entry] {
        state.withLock { state in
            change(&state)
            return state.entries.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
