import Posix
import Synchronization

/// Deals out the ranges of a read to the threads that share it, and lets their rows go out in the order of the pages: so
/// everything that was sent before a state is what the state covers.
final class PageTurns: Sendable {
    /// Why a thread has to leave its range.
    struct Stopped: Error {}

    private struct State {
        /// How many ranges are taken, and where in `tables` the next one is.
        var dealt = 0
        var table = 0
        var index = 0
        /// Whose rows may go out.
        var turn = 0
        /// Rows since the last state.
        var rows = 0
        var waiting: [Int: Semaphore] = [:]
        var failure: (any Error)?
    }

    /// How many ranges there are.
    let count: Int
    private let tables: [PageRanges]
    private let state = Mutex(State())

    init(_ tables: [PageRanges]) {
        self.tables = tables
        count = tables.reduce(0) { $0 + $1.count }
    }

    /// How many ranges nobody has taken.
    var left: Int { count - state.withLock { $0.dealt } }

    /// Rows that went out since the last state.
    var rows: Int {
        get { state.withLock { $0.rows } }
        set { state.withLock { $0.rows = newValue } }
    }

    /// The next range; nil where all are taken.
    func take() throws -> PageRange? {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            while state.table < tables.count, state.index == tables[state.table].count {
                (state.table, state.index) = (state.table + 1, 0)
            }
            guard state.table < tables.count else { return nil }
            let range = tables[state.table].range(state.index, number: state.dealt)
            state.index += 1
            state.dealt += 1
            return range
        }
    }

    /// Whether all rows in front of the range's have gone out.
    func hasCome(to number: Int) throws -> Bool {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.turn == number
        }
    }

    /// Waits until all rows in front of the range's have gone out; without a number, until all have.
    func wait(for number: Int? = nil) throws {
        let number = number ?? count
        while try !hasCome(to: number) {
            let signal = Semaphore()
            let waits = state.withLock { state in
                guard state.failure == nil, state.turn != number else { return false }
                state.waiting[number] = signal
                return true
            }
            if waits { signal.wait() }
        }
    }

    /// Says that all rows of the range that had its turn have gone out.
    func pass() {
        state.withLock { state in
            state.turn += 1
            state.waiting.removeValue(forKey: state.turn)?.signal()
        }
    }

    /// Has every thread leave its range. The first one's reason is what the others throw.
    func stop(_ reason: any Error = Stopped()) {
        state.withLock { state in
            if state.failure == nil { state.failure = reason }
            for signal in state.waiting.values { signal.signal() }
            state.waiting = [:]
        }
    }
}
