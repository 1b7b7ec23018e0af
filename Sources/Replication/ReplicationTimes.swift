/// When the parts of an attempt began and ended, in milliseconds since the epoch; nil for what has not.
package struct ReplicationTimes: Sendable, Codable, Hashable {
    package var replicationStart: Int64?
    package var replicationEnd: Int64?
    /// When the source's first bytes came.
    package var sourceReadStart: Int64?
    /// When its output ended, or nobody read it any more.
    package var sourceReadEnd: Int64?
    /// When the first bytes were handed to the destination.
    package var destinationWriteStart: Int64?
    /// When its output ended: until then it may write what it was handed.
    package var destinationWriteEnd: Int64?

    package init() {}
}

/// The longest and the mean of some waits, in milliseconds.
package struct WaitStats: Sendable, Codable, Hashable {
    package private(set) var longest: Int64 = 0
    private var sum: Int64 = 0
    package private(set) var count = 0

    package init() {}

    /// Clocks that were set back count as no wait.
    package mutating func add(_ milliseconds: Int64) {
        let wait = min(max(0, milliseconds), 1 << 50)
        longest = max(longest, wait)
        sum = sum.addingReportingOverflow(wait).partialValue
        count += 1
    }

    package var mean: Int64 { count == 0 ? 0 : sum / Int64(count) }
}
