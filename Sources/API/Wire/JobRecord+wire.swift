import Airbyte
import JSON
import Model
import Store

extension JobRecord {
    /// The Config API's shape of the job itself.
    var jobWire: JSON {
        let totals = totals
        let streams = job.streams.isEmpty ? connection.catalog.streams.map(\.descriptor) : job.streams
        return JSON(present: [
            "id": .integer(job.id),
            "configType": .string(job.kind.rawValue),
            "configId": .id(job.connectionID),
            "enabledStreams": .array(streams.map(\.wire)),
            "createdAt": .seconds(job.createdAt),
            "updatedAt": .seconds(job.updatedAt),
            "startedAt": job.startedAt.map(JSON.seconds),
            "status": .string(job.status.rawValue),
            "resetConfig": job.kind == .reset ? .some(["streamsToReset": .array(streams.map(\.wire))]) : .none,
            "refreshConfig": job.kind == .refresh
                ? .some(["streamsToRefresh": .array(job.refreshes.map(\.stream.wire))]) : .none,
            "aggregatedStats": .object(totals.reduce(StreamCounts()) { $0 + $1.counts }.wire),
            "streamAggregatedStats": .array(
                totals.map { stream in
                    var members = stream.wire
                    members["streamName"] = .string(stream.descriptor.name)
                    members["streamNamespace"] = stream.descriptor.namespace.map(JSON.string)
                    members["wasBackfilled"] = stream.wasBackfilled.map(JSON.bool)
                    return .object(members)
                }),
        ])
    }

    var lightWire: JSON { ["job": jobWire] }

    /// The job with its attempts as lists of jobs show them.
    var listWire: JSON { ["job": jobWire, "attempts": .array(attempts.map(\.wire))] }

    /// The job with its attempts, each with its log where there is one at hand.
    func wire(logs: [Int: AttemptLogTail] = [:]) -> JSON { ["job": jobWire, "attempts": attemptsWire(logs: logs)] }

    func attemptsWire(logs: [Int: AttemptLogTail]) -> JSON {
        .array(
            attempts.map { attempt in
                [
                    "attempt": attempt.wire,
                    "logType": "structured",
                    "logs": logs[attempt.number]?.wire ?? AttemptLog().wire,
                ]
            })
    }
}
