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
        /// Runs the store has in this worker's name though nobody here runs them, as of the last look.
        var strays: Set<Stray> = []
    }

    /// A run under one token, whose claim's answer may be on its way or may have been lost.
    struct Stray: Hashable, Sendable {
        let run: RunID
        let token: Int64
    }

    private let state = Mutex(State())

    /// Takes a run in; it is told at once what the others were told before.
    func add(_ hold: RunHold, _ body: Task<String, any Error>) {
        let (lost, handOver, isAbandoned) = state.withLock { state in
            state.entries[hold.run.id] = Entry(hold: hold, body: body)
            return (state.lost, state.handOver, state.isAbandoned)
        }
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
    func abandon() {
        handOver(HandOver(until: BootClock.now))
        for entry in change({ $0.isAbandoned = true }) { entry.body.cancel() }
    }

    /// Tells a run that its cancellation was asked for.
    func cancel(_ run: RunID, token: Int64, because reason: String) {
        let entry = state.withLock { $0.entries[run] }
        guard let entry, entry.hold.run.token == token else { return }
        entry.hold.cancellation.set(Cancelled(reason))
    }

    /// Compares what the store has in our name with what runs here. Answers those that were strays in two looks in a
    /// row: between two looks a claim's answer comes in, or it never will.
    func strays(among held: [Stray]) -> [Stray] {
        state.withLock { state in
            let strays = Set(held.filter { state.entries[$0.run]?.hold.run.token != $0.token })
            defer { state.strays = strays }
            return Array(strays.intersection(state.strays))
        }
    }

    private func change(_ change: (inout State) -> Void) -> [Entry] {
        state.withLock { state in
            change(&state)
            return Array(state.entries.values)
        }
    }
}
