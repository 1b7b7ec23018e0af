/// What simulations did, counted.
struct Tally: Sendable {
    var seeds = 0
    var events = 0
    var jobs = 0
    var transactions = 0
    var runs = 0
    /// Runs in the state they were left in.
    var ends: [String: Int] = [:]
    /// What the seed with the least of it had.
    var fewestEvents = Int.max
    var fewestFaults = Int.max
    /// What two equal plays have in common.
    var digest: UInt64 = 0
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
        fewestEvents = min(fewestEvents, other.fewestEvents)
        fewestFaults = min(fewestFaults, other.fewestFaults)
        digest = (digest ^ other.digest) &* 0x0000_0100_0000_01B3
        ends.merge(other.ends, uniquingKeysWith: +)
        for (index, count) in other.faults.enumerated() { faults[index] += count }
    }
}

extension Tally: CustomStringConvertible {
    var description: String {
        let faults = Fault.allCases.map { "fault \($0): \(self.faults[$0.rawValue])" }.joined(separator: "\n")
        let ends = ends.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return """
            seeds: \(seeds)
            events: \(events), at least \(fewestEvents) in a seed
            faults: \(faultCount), at least \(fewestFaults) in a seed
            \(faults)
            transactions: \(transactions)
            jobs: \(jobs)
            runs: \(runs) (\(ends))
            overlaps that a jump of the database's clock excuses: \(excused)
            digest: \(digest)
            """
    }
}
