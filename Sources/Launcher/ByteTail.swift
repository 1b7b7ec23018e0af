import Synchronization

/// The last bytes of what a process wrote.
final class ByteTail: Sendable {
    private let limit: Int
    private let kept = Mutex<[UInt8]>([])

    init(limit: Int) { self.limit = limit }

    func append(_ part: some Collection<UInt8>) {
        kept.withLock { kept in
            kept += part.suffix(limit)
            // Cut seldom: each cut moves all that is kept.
            if kept.count > 2 * limit { kept.removeFirst(kept.count - limit) }
        }
    }

    var bytes: [UInt8] { kept.withLock { Array($0.suffix(limit)) } }

    /// As text; what is not UTF-8 is replaced.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
