import Airbyte
package import JSON
package import Model
import Time

/// An event as our own webhooks tell it.
package enum EventBody {
    package static func json(_ event: ConnectionEvent, links: WebLinks) -> JSON {
        let detail = event.detail
        var body: JSON = [
            "id": .string(event.id.description),
            "type": .string(event.kind.rawValue),
            "createdAt": .string(event.createdAt.iso8601),
            "workspace": detail.workspace.json(links.workspace(detail)),
            "connection": detail.connection.json(links.connection(detail)),
            "source": detail.source.json(links.source(detail)),
            "destination": detail.destination.json(links.destination(detail)),
        ]
        body["message"] = detail.message.map(JSON.string)
        body["job"] = detail.job.map(Self.json)
        body["catalogDiff"] = detail.catalogDiff
        return body
    }

    private static func json(_ job: EventDetail.Job) -> JSON {
        var json: JSON = [
            "id": .integer(job.id),
            "type": .string(job.kind.rawValue),
            "attempts": .integer(job.attempts),
            "startedAt": .string(Instant(microseconds: job.startedAt).iso8601),
            "endedAt": .string(Instant(microseconds: job.endedAt).iso8601),
            "bytesEmitted": .integer(job.bytesEmitted),
            "bytesCommitted": .integer(job.bytesCommitted),
            "recordsEmitted": .integer(job.recordsEmitted),
            "recordsCommitted": .integer(job.recordsCommitted),
            "recordsRejected": .integer(job.recordsRejected),
        ]
        json["failure"] = job.failure.map { failure in
            [
                "message": .string(failure.message), "type": .string(failure.type.rawValue),
                "origin": .string(failure.origin.rawValue),
            ]
        }
        return json
    }
}
