import Synchronization

/// Counts per stream between two visits to the ledger, whose lock is too dear for every record.
struct PendingCounts {
    /// Records of one stream, by what became of them.
    struct Tally: Sendable {
        var sent = 0
        var sentBytes = 0
        var filtered = 0
        var filteredBytes = 0
        var rejected = 0
        var rejectedBytes = 0
    }

    private var tallies: [Tally]
    private var isTouched: [Bool]
    private var touched: [Int] = []
    private var hasMoved = false

    init(_ streams: Int) {
        tallies = Array(repeating: Tally(), count: streams)
        isTouched = Array(repeating: false, count: streams)
    }

    /// Records that go on.
    mutating func add(_ index: Int, records number: Int = 1, bytes count: Int) {
        guard number > 0 else { return }
        touch(index)
        tallies[index].sent += number
        tallies[index].sentBytes += count
    }

    mutating func addFiltered(_ index: Int, bytes count: Int) {
        touch(index)
        tallies[index].filtered += 1
        tallies[index].filteredBytes += count
    }

    mutating func addRejected(_ index: Int, bytes count: Int) {
        touch(index)
        tallies[index].rejected += 1
        tallies[index].rejectedBytes += count
    }

    private mutating func touch(_ index: Int) {
        if isTouched[index] { return }
        isTouched[index] = true
        touched.append(index)
    }

    mutating func flush(into ledger: AttemptLedger) {
        guard !touched.isEmpty else { return }
        hasMoved = true
        ledger.contents.withLock { contents in
            for index in touched { contents.tracker.count(stream: index, tallies[index]) }
            contents.hasNews = true
        }
        for index in touched {
            tallies[index] = Tally()
            isTouched[index] = false
        }
        touched.removeAll(keepingCapacity: true)
    }

    /// Whether any record was counted since the last call.
    mutating func takeMoved() -> Bool {
        defer { hasMoved = false }
        return hasMoved
    }
}
