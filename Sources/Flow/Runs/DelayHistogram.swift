import Time

/// How often delays fell into which range.
package struct DelayHistogram: Sendable, Hashable, Codable {
    /// The upper ends of the ranges in milliseconds; the last range has none.
    package static let ends: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 30_000, 300_000]

    /// One for each range.
    package private(set) var counts: [Int64]
    package private(set) var totalMicroseconds: Int64 = 0

    package init() { counts = Array(repeating: 0, count: Self.ends.count + 1) }

    package var count: Int64 { counts.reduce(0, +) }

    package mutating func add(_ delay: Duration) {
        let microseconds = max(0, delay.wholeMicroseconds)
        let range = Self.ends.firstIndex { microseconds <= $0 * 1000 } ?? Self.ends.count
        counts[range] += 1
        totalMicroseconds = totalMicroseconds &+ microseconds
    }

    package mutating func add(_ other: DelayHistogram) {
        for (range, count) in zip(counts.indices, other.counts) { counts[range] &+= count }
        totalMicroseconds = totalMicroseconds &+ other.totalMicroseconds
    }

    package init(from decoder: any Decoder) throws {
        self.init()
        let members = try decoder.container(keyedBy: CodingKeys.self)
        for (range, count) in zip(counts.indices, try members.decode([Int64].self, forKey: .counts)) {
            counts[range] = count
        }
        totalMicroseconds = try members.decode(Int64.self, forKey: .totalMicroseconds)
    }
}
