import Airbyte
import JSON
import Model
import Time

extension ConnectionEvent.Kind {
    /// Airbyte's word for it; clients know no others.
    var wireType: String {
        switch self {
        case .schemaPropagated, .schemaNeedsAction, .schemaBroke: "SCHEMA_UPDATE"
        case .failuresRepeated, .runSlow, .streamsEmpty, .countsDiffer, .operationsRun: "UNKNOWN"
        default: rawValue
        }
    }
}

extension ConnectionEvent {
    var wire: JSON { .object(head(summary: summary)) }

    func detailedWire(_ deliveries: [Delivery]) -> JSON {
        var members = head(summary: summary)
        var details = summary
        details["catalogDiff"] = detail.catalogDiff
        details["streams"] = detail.streams.map { .array($0.map(\.wire)) }
        details["operations"] = detail.operations.map { .array($0.map(\.wire)) }
        details["deliveries"] = .array(deliveries.map(\.wire))
        members["details"] = details
        return .object(members)
    }

    var minimalWire: JSON {
        [
            "eventId": .id(id), "connectionId": .id(connectionID), "connectionName": .string(detail.connection.name),
            "eventType": .string(kind.wireType), "createdAt": .string(createdAt.iso8601),
        ]
    }

    private func head(summary: JSON) -> JSONObject {
        [
            "id": .id(id), "connectionId": .id(connectionID), "eventType": .string(kind.wireType), "summary": summary,
            // Airbyte requires the one and describes the other.
            "createdAt": .seconds(createdAt), "created_at": .seconds(createdAt),
        ]
    }

    private var summary: JSON {
        var summary: JSON = ["kind": .string(kind.rawValue)]
        summary["message"] = detail.message.map(JSON.string)
        summary["jobId"] = jobID.map(JSON.integer)
        if let operations = detail.operations {
            func ids(_ succeeded: Bool) -> JSON {
                .array(operations.filter { $0.succeeded == succeeded }.map { .id($0.id) })
            }
            summary["webhookOperationSummary"] = ["successes": ids(true), "failures": ids(false)]
        }
        guard let job = detail.job else { return summary }
        summary["configType"] = .string(job.kind.rawValue)
        summary["attemptsCount"] = .integer(job.attempts)
        summary["startTimeEpochSeconds"] = .seconds(Instant(microseconds: job.startedAt))
        summary["endTimeEpochSeconds"] = .seconds(Instant(microseconds: job.endedAt))
        summary["bytesLoaded"] = .integer(job.bytesCommitted)
        summary["recordsLoaded"] = .integer(job.recordsCommitted)
        summary["recordsRejected"] = .integer(job.recordsRejected)
        summary["failureReason"] = job.failure.map { failure in
            [
                "failureOrigin": .string(failure.origin.rawValue), "failureType": .string(failure.type.rawValue),
                "externalMessage": .string(failure.message), "timestamp": .integer(createdAt.milliseconds),
            ]
        }
        return summary
    }
}

extension EventDetail.Operation {
    fileprivate var wire: JSON {
        JSON(present: [
            "operationId": .id(id), "name": .string(name), "status": .string(succeeded ? "succeeded" : "failed"),
            "message": message.map(JSON.string),
        ])
    }
}

extension Delivery {
    fileprivate var wire: JSON {
        JSON(present: [
            "channel": .string(channel.rawValue), "status": .string(status.rawValue), "tries": .integer(tries),
            "message": message.map(JSON.string), "updatedAt": .string(updatedAt.iso8601),
        ])
    }
}
