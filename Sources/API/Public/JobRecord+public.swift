import Airbyte
import JSON
import Model
import Time

extension JobRecord {
    /// The public API's shape of a job. Members without a value are left out: Dagster fails on a null.
    var publicWire: JSON {
        let isOver = job.status.isTerminal
        let hasBegun = job.status != .pending
        return JSON(present: [
            "jobId": .integer(job.id),
            "status": .string(job.status.rawValue),
            "jobType": .string(PublicJobType(job.kind).rawValue),
            "startTime": .string(Instant(seconds: job.createdAt.seconds).iso8601),
            "connectionId": .id(job.connectionID),
            "lastUpdatedAt": isOver ? .string(Instant(seconds: job.updatedAt.seconds).iso8601) : .none,
            "duration": hasBegun ? .string((job.updatedAt - job.createdAt).iso8601) : .none,
            "bytesSynced": .integer(totals.reduce(0) { $0 + $1.bytesCommitted }),
            "rowsSynced": .integer(totals.reduce(0) { $0 + $1.recordsCommitted }),
        ])
    }
}

extension Duration {
    /// Hours, minutes and whole seconds, as Java writes them: `PT1M5S`, `PT26H`, `PT0S`.
    package var iso8601: String {
        let seconds = max(0, components.seconds)
        var text = "PT"
        if seconds >= 3600 { text += "\(seconds / 3600)H" }
        if seconds / 60 % 60 > 0 { text += "\(seconds / 60 % 60)M" }
        if seconds % 60 > 0 || seconds == 0 { text += "\(seconds % 60)S" }
        return text
    }
}
