import Synchronization

/// Counts per stream between two visits to the ledger, whose lock is too dear for every record.
struct PendingCounts {
    private var records: [Int]
    private var bytes: [Int]
    private var touched: [Int] = []

    init(_ streams: Int) {
        records = Array(repeating: 0, count: streams)
        bytes = records
    }

    mutating func add(_ index: Int, bytes count: Int) {
        if records[index] == 0 { touched.append(index) }
        records[index] += 1
        bytes[index] += count
    }

    mutating func flush(into ledger: AttemptLedger) {
        guard !touched.isEmpty else { return }
        ledger.contents.withLock { contents in
            for index in touched {
                contents.tracker.count(stream: index, records: records[index], bytes: bytes[index])
            }
            contents.hasNews = true
        }
        for index in touched {
            records[index] = 0
            bytes[index] = 0
        }
        touched.removeAll(keepingCapacity: true)
    }
}
