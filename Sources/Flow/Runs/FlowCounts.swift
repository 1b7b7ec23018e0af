/// What workers have done, counted from the beginning; only ever grows.
package struct FlowCounts: Sendable, Hashable, Codable {
    /// How long due runs waited for their claim.
    package var claimDelay = DelayHistogram()
    package var succeeded: Int64 = 0
    package var failed: Int64 = 0
    package var cancelled: Int64 = 0
    package var retried: Int64 = 0
    package var slept: Int64 = 0
    package var handedOver: Int64 = 0
    package var parked: Int64 = 0
    package var timedOut: Int64 = 0
    /// Leases that workers lost.
    package var lapses: Int64 = 0
    /// Runs that were put back for a worker that was gone.
    package var rescues: Int64 = 0

    package init() {}

    package var claims: Int64 { claimDelay.count }

    package static func + (left: FlowCounts, right: FlowCounts) -> FlowCounts {
        var sum = left
        sum.claimDelay.add(right.claimDelay)
        for path in all { sum[keyPath: path] += right[keyPath: path] }
        return sum
    }

    private static var all: [WritableKeyPath<FlowCounts, Int64>] {
        [
            \.succeeded, \.failed, \.cancelled, \.retried, \.slept, \.handedOver, \.parked, \.timedOut, \.lapses,
            \.rescues,
        ]
    }

    mutating func count(_ ending: RunEnding) {
        switch ending {
        case .succeeded: succeeded += 1
        case .failed: failed += 1
        case .cancelled: cancelled += 1
        case .again: retried += 1
        case .asleep: slept += 1
        case .handedOver: handedOver += 1
        case .parked: parked += 1
        case .rescued: rescues += 1
        case .lost: break
        }
    }

    // A row written by an older or newer program has other members.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Int64 { try members.decodeIfPresent(Int64.self, forKey: key) ?? 0 }
        claimDelay = try members.decodeIfPresent(DelayHistogram.self, forKey: .claimDelay) ?? DelayHistogram()
        succeeded = try number(.succeeded)
        failed = try number(.failed)
        cancelled = try number(.cancelled)
        retried = try number(.retried)
        slept = try number(.slept)
        handedOver = try number(.handedOver)
        parked = try number(.parked)
        timedOut = try number(.timedOut)
        lapses = try number(.lapses)
        rescues = try number(.rescues)
    }
}
