import Synchronization

/// What the cases have reached, by name; printed at the end, and part of what is tested: a fuzzer that only makes garbage
/// proves nothing.
struct Coverage {
    private(set) var counts: [String: Int] = [:]
    private(set) var cases = 0

    mutating func begin() { cases += 1 }

    /// True the first time.
    @discardableResult
    mutating func reach(_ feature: String) -> Bool {
        counts[feature, default: 0] += 1
        return counts[feature] == 1
    }

    func has(_ feature: String) -> Bool { counts[feature] != nil }

    func report(_ title: String) -> String {
        let lines = counts.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
        return "\(title): \(cases) cases reach \(counts.count) features\n" + lines.joined(separator: "\n")
    }
}
