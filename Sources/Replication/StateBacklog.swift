/// States on their way to the destination, oldest first, each with the records that it vouches for.
struct StateBacklog: Sendable {
    struct Bucket: Sendable {
        var id = 0
        /// To know the echo of a destination that loses numbers.
        var fingerprint = 0
        var records = 0
        var bytes = 0
        /// When the state came, in milliseconds since the epoch; nil for what is no state.
        var time: Int64?
    }

    /// What buckets hold together, and the records of the last of them.
    typealias Released = (records: Int, bytes: Int, last: Int)

    private var buckets: [Bucket] = []
    /// Those before it have been taken out; they are removed seldom, since each removal moves all that is left.
    private var head = 0

    /// In the order of their numbers.
    mutating func append(_ bucket: Bucket) { buckets.append(bucket) }

    /// The number of the oldest state of that content.
    func number(fingerprint: Int) -> Int? { buckets[head...].first { $0.fingerprint == fingerprint }?.id }

    /// Takes out all that are numbered up to `id`: what they hold together, and the records of the last of them. Hands
    /// the times of their states to `waited`.
    mutating func release(
        upTo id: Int, _ waited: (Int64) -> Void = { _ in }
    ) -> Released {
        var sum: Released = (records: 0, bytes: 0, last: 0)
        while head < buckets.count, buckets[head].id <= id {
            sum.records += buckets[head].records
            sum.bytes += buckets[head].bytes
            sum.last = buckets[head].records
            if let time = buckets[head].time { waited(time) }
            head += 1
        }
        if head > 1024, head * 2 > buckets.count {
            buckets.removeFirst(head)
            head = 0
        }
        return sum
    }
}
