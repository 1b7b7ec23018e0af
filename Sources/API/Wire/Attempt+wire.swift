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
        ])
    }

    private var totals: JSON {
        [
            "recordsEmitted": .integer(stats.recordsEmitted),
            "bytesEmitted": .integer(stats.bytesEmitted),
            "stateMessagesEmitted": .integer(stats.sourceStates),
            "recordsCommitted": .integer(stats.recordsCommitted),
            "bytesCommitted": .integer(stats.bytesCommitted),
            "recordsRejected": .integer(stats.recordsRejected),
        ]
    }

    private var failureSummary: JSON? {
        guard status == .failed || !failures.isEmpty else { return nil }
        // Other than progress, which rejected records are too (protocol.md 3.3).
        return ["failures": .array(failures.map(\.wire)), "partialSuccess": .bool(stats.recordsCommitted > 0)]
    }
}

extension AttemptStats.Stream {
    var wire: JSONObject {
        [
            "recordsEmitted": .integer(recordsEmitted),
            "bytesEmitted": .integer(bytesEmitted),
            "recordsCommitted": .integer(recordsCommitted),
            "bytesCommitted": .integer(bytesCommitted),
            "recordsRejected": .integer(recordsRejected),
        ]
    }
}
