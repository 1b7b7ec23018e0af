/// What destinations count beyond records, by names of their own, added up over their states (protocol.md 2.6).
package struct AdditionalStats: Sendable, Codable, Hashable {
    private static let mostNames = 50
    private static let longestName = 100

    package private(set) var sums: [String: Double] = [:]

    package init() {}

    package mutating func add(_ values: [String: Double]) {
        for (name, value) in values where value.isFinite && name.utf8.count <= Self.longestName {
            guard sums[name] != nil || sums.count < Self.mostNames else { continue }
            sums[name, default: 0] += value
        }
    }
}
