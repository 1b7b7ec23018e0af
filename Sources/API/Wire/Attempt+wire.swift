import Airbyte
import JSON
import Model

extension Attempt {
    var wire: JSON {
        JSON(present: [
            "id": .integer(number),
            "status": .string(status.rawValue),
            "createdAt": .seconds(createdAt),
            "updatedAt": .seconds(updatedAt),
            "endedAt": endedAt.map(JSON.seconds),
            "bytesSynced": .integer(stats.bytesCommitted),
            "recordsSynced": .integer(stats.recordsCommitted),
            "totalStats": totals,
            "streamStats": .array(
                stats.streams.map { stream in
                    JSON(present: [
                        "streamName": .string(stream.descriptor.name),
                        "streamNamespace": stream.descriptor.namespace.map(JSON.string),
                        "stats": .object(stream.wire),
                    ])
                }),
            "failureSummary": failureSummary,
            "warnings": stats.warnings.isEmpty ? nil : .array(stats.warnings.map(\.wire)),
        ])
    }

    private var totals: JSON {
        var members = stats.totals.wire
        members["stateMessagesEmitted"] = .integer(stats.sourceStates)
        members["destinationStateMessagesEmitted"] = .integer(stats.destinationStates)
        members["estimatedRecords"] = stats.estimatedRecords.map { .integer($0) }
        members["estimatedBytes"] = stats.estimatedBytes.map { .integer($0) }
        members["additionalStats"] = stats.additional.wire
        for (name, value) in stats.times?.wire ?? [:] { members[name] = value }
        return .object(members)
    }

    private var failureSummary: JSON? {
        guard status == .failed || !failures.isEmpty else { return nil }
        // Other than progress, which rejected records are too (protocol.md 3.3).
        return ["failures": .array(failures.map(\.wire)), "partialSuccess": .bool(stats.recordsCommitted > 0)]
    }
}

extension AttemptStats.Stream {
    var wire: JSONObject {
        var members = counts.wire
        members["estimatedRecords"] = estimatedRecords.map { .integer($0) }
        members["estimatedBytes"] = estimatedBytes.map { .integer($0) }
        members["additionalStats"] = additional.wire
        return members
    }
}

extension StreamCounts {
    var wire: JSONObject {
        [
            "recordsEmitted": .integer(recordsEmitted),
            "bytesEmitted": .integer(bytesEmitted),
            "recordsCommitted": .integer(recordsCommitted),
            "bytesCommitted": .integer(bytesCommitted),
            "recordsFilteredOut": .integer(recordsFilteredOut),
            "bytesFilteredOut": .integer(bytesFilteredOut),
            "recordsRejected": .integer(recordsRejected),
        ]
    }
}

extension [String: Double] {
    /// Nil where there are none.
    fileprivate var wire: JSON? {
        isEmpty ? nil : .object(JSONObject(sorted { $0.key < $1.key }.map { ($0.key, JSON(floatLiteral: $0.value)) }))
    }
}
