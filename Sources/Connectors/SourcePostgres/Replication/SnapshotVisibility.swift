import Postgres

/// Which transactions a snapshot holds the rows of, as `txid_current_snapshot()` tells it.
package struct SnapshotVisibility: Equatable {
    /// `first:next:running,…`
    let text: String
    private let first: UInt64
    /// The first transaction that had not begun.
    let next: UInt64
    private let running: Set<UInt64>

    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let first = UInt64(parts[0]), let next = UInt64(parts[1]) else { return nil }
        let running = parts[2].split(separator: ",").map { UInt64($0) }
        guard running.allSatisfy({ $0 != nil }) else { return nil }
        self.text = text
        self.first = first
        self.next = next
        self.running = Set(running.compactMap { $0 })
    }

    /// Whether the snapshot holds what a transaction wrote that committed before the snapshot ended.
    ///
    /// - Parameter transaction: its number as the log has it, without the count of wraparounds.
    package func holds(_ transaction: UInt32) -> Bool {
        // The number that is nearest: no two in use are further apart than half the circle.
        let number =
            next &+ UInt64(bitPattern: Int64(Int32(bitPattern: transaction &- UInt32(truncatingIfNeeded: next))))
        return number < first || number < next && !running.contains(number)
    }

    /// Everything before this one had ended.
    var firstRunning: UInt64 { first }

    /// The transactions that were still running, to be compared with those of another snapshot.
    var runningTransactions: Set<UInt64> { running }
}
