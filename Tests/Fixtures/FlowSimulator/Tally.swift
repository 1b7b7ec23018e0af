/// What simulations did, counted.
struct Tally: Sendable {
    var seeds = 0
    var events = 0
    var jobs = 0
    var transactions = 0
    var runs = 0
    /// Runs in the state they were left in.
    var ends: [String: Int] = [:]
    /// Overlaps that a jump of the database's clock excuses.
    var excused = 0
    var faults = [Int](repeating: 0, count: Fault.allCases.count)

    var faultCount: Int { faults.reduce(0, +) }

    mutating func count(_ fault: Fault) {
        faults[fault.rawValue] += 1
        events += 1
    }

    mutating func add(_ other: Tally) {
        seeds += other.seeds
        events += other.events
        jobs += other.jobs
        transactions += other.transactions
        runs += other.runs
        excused += other.excused
        ends.merge(other.ends, uniquingKeysWith: +)
        for (index, count) in other.faults.enumerated() { faults[index] += count }
    }
}

extension Tally: CustomStringConvertible {
    var description: String {
        let faults = Fault.allCases.map { "  \($0): \(self.faults[$0.rawValue])" }.joined(separator: "\n")
        let ends = ends.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return """
            \(seeds) seeds: \(events) events, \(transactions) transactions, \(jobs) jobs, \(runs) runs (\(ends)), \
            \(faultCount) faults
            \(faults)
              overlaps excused by a jump of the database's clock: \(excused)
            """
    }
}
