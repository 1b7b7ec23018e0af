import Airbyte
import JSON
import Model
import Time

/// What machines read of a job in a message; receivers match on it and not on the text (protocol.md 7.3).
enum JobData {
    static func json(_ detail: EventDetail, _ job: EventDetail.Job, _ links: WebLinks) -> JSON {
        [
            "workspace": detail.workspace.json(links.workspace(detail)),
            "connection": detail.connection.json(links.connection(detail)),
            "source": detail.source.json(links.source(detail)),
            "destination": detail.destination.json(links.destination(detail)),
            "jobId": .integer(job.id),
            "success": .bool(job.failure == nil),
            "startedAt": .string(Instant(seconds: Instant(microseconds: job.startedAt).seconds).iso8601),
            "finishedAt": .string(Instant(seconds: Instant(microseconds: job.endedAt).seconds).iso8601),
            "bytesEmitted": .integer(job.bytesEmitted),
            "bytesCommitted": .integer(job.bytesCommitted),
            "recordsEmitted": .integer(job.recordsEmitted),
            "recordsCommitted": .integer(job.recordsCommitted),
            "recordsFilteredOut": .integer(job.recordsFilteredOut),
            "bytesFilteredOut": .integer(job.bytesFilteredOut),
            "errorMessage": job.failure.map { .string($0.message) } ?? .null,
            "errorType": job.failure.map { .string($0.type.rawValue) } ?? .null,
            "errorOrigin": job.failure.map { .string($0.origin.rawValue) } ?? .null,
            "durationInSeconds": .integer(job.seconds),
            "durationFormatted": .string(Figures.duration(seconds: job.seconds)),
            "bytesEmittedFormatted": .string(Figures.volume(bytes: job.bytesEmitted)),
            "bytesCommittedFormatted": .string(Figures.volume(bytes: job.bytesCommitted)),
        ]
    }
}

extension EventDetail.Named {
    func json(_ url: String) -> JSON { ["id": .string(id), "name": .string(name), "url": .string(url)] }
}
