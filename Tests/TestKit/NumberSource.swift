import Glibc
package import JSON
package import Posix

/// What a test holds of the connector `exec:source-numbers`: its gate and the journal of its readings.
package struct NumberSource: Sendable {
    /// One reading of the source.
    package struct Reading: Sendable {
        /// The number in the state that it was given.
        package let from: Int
        /// The last number that it has sent.
        package var sent: Int
        /// The processes of earlier readings that lived when it began.
        package let alive: [JSON]
        /// Whether it came to its end.
        package var isDone = false
    }

    private let journal: String
    private let gate: String
    private let heartbeat: String

    /// Its gate is shut at first.
    package init(in directory: String) throws {
        let id = UUID()
        journal = "\(directory)/journal-\(id)"
        gate = "\(directory)/gate-\(id)"
        heartbeat = "\(directory)/heartbeat-\(id)"
        try open(upTo: 0)
    }

    /// - `batch`: a reading ends at the next multiple of it; nil: at the last record.
    package func configuration(
        records: Int, page: Int, isGated: Bool = true, batch: Int? = nil, beats: Bool = false
    ) -> JSON {
        var configuration: JSON = [
            "records": .integer(records), "page": .integer(page), "journal": .string(journal),
        ]
        if isGated { configuration["gate"] = .string(gate) }
        if let batch { configuration["batch"] = .integer(batch) }
        if beats { configuration["heartbeat"] = .string(heartbeat) }
        return configuration
    }

    /// Lets the source send the records up to this one.
    package func open(upTo record: Int) throws {
        let next = gate + ".next"
        try SecureFile.write(Array("\(record)".utf8), to: next)
        rename(next, gate)
    }

    package var readings: [Reading] {
        let bytes = (try? SecureFile.read(journal, limit: 1 << 24)) ?? []
        var readings: [Reading] = []
        for line in bytes.split(separator: 10) {
            // The last line may be half written.
            guard let entry = try? JSON.parse(Array(line)) else { continue }
            if let from = entry["from"]?.intValue {
                readings.append(Reading(from: from, sent: from, alive: entry["alive"]?.arrayValue ?? []))
            } else if let sent = entry["sent"]?.intValue, let last = readings.indices.last {
                readings[last].sent = sent
            } else if entry["done"] == true, let last = readings.indices.last {
                readings[last].isDone = true
            }
        }
        return readings
    }

    /// When each process that read gave a sign of life for the first and the last time, in the order of their beginnings.
    package var lives: [(first: BootInstant, last: BootInstant)] {
        var order: [Int] = []
        var lives: [Int: (first: BootInstant, last: BootInstant)] = [:]
        for line in ((try? SecureFile.read(heartbeat, limit: 1 << 24)) ?? []).split(separator: 10) {
            guard let entry = try? JSON.parse(Array(line)), let pid = entry["pid"]?.intValue,
                let nanoseconds = entry["at"]?.intValue
            else { continue }
            let beat = BootInstant(nanoseconds: Int64(nanoseconds))
            if lives[pid] == nil { order.append(pid) }
            lives[pid, default: (beat, beat)].last = beat
        }
        return order.compactMap { lives[$0] }
    }

    /// Waits until the reading of this index has sent a record.
    package func waits(reading: Int, sent: Int) async throws {
        try await eventually { readings.count > reading && readings[reading].sent >= sent }
    }
}
