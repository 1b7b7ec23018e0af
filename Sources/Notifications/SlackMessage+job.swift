import Airbyte
import JSON
import Model
import Time

// A sync that is over, and a connection that is in a bad way.
extension SlackMessage {
    init?(job detail: EventDetail, _ links: WebLinks) {
        guard let job = detail.job else { return nil }
        let succeeded = job.failure == nil
        let names = Self.names(detail)
        let message = job.failure.map { SlackText.escaped($0.message) } ?? "a sync"
        let tail = "\n\nYou can access its logs here: \(links.connection(detail))\n\nJob ID: \(job.id)"
        let text =
            succeeded
            ? "Your connection \(names) succeeded\nThis was for \(message)" + tail
            : "Your connection \(names) just failed...\nThis happened with \(message)" + tail
        var blocks = [
            Self.title(succeeded ? "Sync completed" : "Sync failure occurred", detail, links),
            Self.fields(Self.ends(detail, links) + ["*Duration:*", Figures.duration(seconds: job.seconds)]),
        ]
        if let failure = job.failure { blocks.append(Self.code("[\(failure.type.rawValue)] \(failure.message)")) }
        blocks.append(
            Self.section(
                """
                *Sync Summary:*
                \(job.recordsEmitted) record(s) extracted / \(job.recordsCommitted) record(s) loaded
                \(Figures.volume(bytes: job.bytesEmitted)) extracted / \(Figures.volume(bytes: job.bytesCommitted)) loaded

                """))
        self.init(text: text, blocks: blocks, data: JobData.json(detail, job, links))
    }

    /// Of a connection that was switched off, or will be.
    init?(standing event: ConnectionEvent, _ links: WebLinks) {
        let detail = event.detail
        let title =
            event.kind == .connectionDisabled ? "Connection disabled" : "Warning - repeated connection failures"
        let message = detail.message ?? ""
        var blocks = [Self.title(title, detail, links), Self.fields(Self.ends(detail, links))]
        if !message.isEmpty { blocks.append(Self.code(message)) }
        let text = "\(title): \(Self.names(detail))\n\(SlackText.escaped(message))\n\n\(links.connection(detail))"
        self.init(text: text, blocks: blocks)
    }

    private static func names(_ detail: EventDetail) -> String {
        SlackText.escaped("\(detail.connection.name) from \(detail.source.name) to \(detail.destination.name)")
    }

    private static func title(_ title: String, _ detail: EventDetail, _ links: WebLinks) -> JSON {
        section("\(title): \(SlackText.link(detail.connection.name, links.connection(detail)))")
    }

    private static func ends(_ detail: EventDetail, _ links: WebLinks) -> [String] {
        [
            "*Source:*", SlackText.link(detail.source.name, links.source(detail)),
            "*Destination:*", SlackText.link(detail.destination.name, links.destination(detail)),
        ]
    }

    private static func code(_ text: String) -> JSON {
        section("```\n\(SlackText.cut(SlackText.escaped(text), to: 2900))\n```")
    }
}

extension EventDetail.Job {
    /// Whole seconds from its start to its end.
    var seconds: Int64 { Instant(microseconds: endedAt).seconds - Instant(microseconds: startedAt).seconds }
}
