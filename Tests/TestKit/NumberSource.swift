import Glibc
package import JSON
import Posix

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
    }

    private let journal: String
    private let gate: String

    /// Its gate is shut at first.
    package init(in directory: String) throws {
        let id = UUID()
        journal = "\(directory)/journal-\(id)"
        gate = "\(directory)/gate-\(id)"
        try open(upTo: 0)
    }

    package func configuration(records: Int, page: Int, isGated: Bool = true) -> JSON {
        var configuration: JSON = [
            "records": .integer(records), "page": .integer(page), "journal": .string(journal),
        ]
        if isGated { configuration["gate"] = .string(gate) }
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
            }
        }
        return readings
    }

    /// Waits until the reading of this index has sent a record.
    package func waits(reading: Int, sent: Int) async throws {
        try await eventually { readings.count > reading && readings[reading].sent >= sent }
    }
}
