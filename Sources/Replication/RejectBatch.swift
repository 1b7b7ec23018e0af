import Synchronization

/// Gathers rejected records and hands them on in batches, the whole capped.
final class RejectBatch: Sendable {
    private static let fullAt = 256 << 10

    private struct Contents {
        var records: [RejectedRecord] = []
        var bytes = 0
        var total = 0
        var omitted = 0
    }

    private let limit: Int
    private let send: @Sendable ([RejectedRecord]) -> Void
    private let contents = Mutex(Contents())

    /// `send` may be called on any thread and may block: then so do those who reject.
    init(limit: Int, send: @escaping @Sendable ([RejectedRecord]) -> Void) {
        self.limit = limit
        self.send = send
    }

    /// How many records were counted only, because there was no room for them.
    var omitted: Int { contents.withLock(\.omitted) }

    /// `size` is that of the data; `record` is asked for only where there is room for it.
    func add(size: Int, _ record: () -> RejectedRecord) {
        let isFull = contents.withLock { contents in
            guard size <= limit - contents.total else {
                contents.omitted += 1
                return false
            }
            let record = record()
            contents.records.append(record)
            // Text that was broken can be longer than its bytes.
            contents.bytes += record.data.utf8.count
            contents.total += record.data.utf8.count
            return contents.bytes >= Self.fullAt
        }
        if isFull { flush() }
    }

    /// Sends what is there.
    func flush() {
        let records = contents.withLock { contents in
            defer {
                contents.records = []
                contents.bytes = 0
            }
            return contents.records
        }
        if !records.isEmpty { send(records) }
    }
}
