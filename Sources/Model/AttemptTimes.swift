/// When the parts of an attempt began and ended, in milliseconds since the epoch, and how long its states took, in
/// milliseconds; nil for what has not happened.
package struct AttemptTimes: Sendable, Hashable, Codable {
    package var replicationStart: Int64?
    package var replicationEnd: Int64?
    package var sourceReadStart: Int64?
    package var sourceReadEnd: Int64?
    package var destinationWriteStart: Int64?
    package var destinationWriteEnd: Int64?
    /// From one state of the source to the next.
    package var longestStateGap: Int64?
    package var meanStateGap: Int64?
    /// From a state of the source to its commit.
    package var longestStateLag: Int64?
    package var meanStateLag: Int64?

    package init() {}
}
