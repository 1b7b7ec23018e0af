package import JSON
package import Model

/// A message in the shape that Airbyte sends to every "Slack" webhook (protocol.md 7.2 to 7.4).
package struct SlackMessage: Sendable, Hashable {
    /// What receivers show that know no blocks.
    package var text: String
    package var blocks: [JSON]
    /// What receivers read that are no chat.
    package var data: JSON?

    package init(text: String, blocks: [JSON] = [], data: JSON? = nil) {
        self.text = text
        self.blocks = blocks
        self.data = data
    }

    /// Nil for what nobody is told of.
    package init?(_ event: ConnectionEvent, links: WebLinks) {
        switch event.kind {
        case .syncSucceeded, .syncFailed, .syncIncomplete: self.init(job: event.detail, links)
        case .connectionDisabled, .failuresRepeated: self.init(standing: event, links)
        case .schemaPropagated, .schemaNeedsAction, .schemaBroke: self.init(schema: event, links)
        case .syncCancelled, .refreshSucceeded, .refreshIncomplete, .refreshFailed, .refreshCancelled, .clearSucceeded,
            .clearIncomplete, .clearFailed, .clearCancelled, .runSlow, .streamsEmpty, .countsDiffer, .operationsRun:
            return nil
        }
    }

    /// - Parameter host: of the receiver. Google Chat refuses members that it does not know.
    package func body(host: String) -> JSON {
        if host == "chat.googleapis.com" { return ["text": .string(text)] }
        var body: JSON = ["text": .string(text), "blocks": .array(blocks)]
        body["data"] = data
        return body
    }

    static func section(_ text: String) -> JSON {
        // Slack takes 3,000 characters a text.
        ["type": "section", "text": mrkdwn(SlackText.cut(text, to: 3000))]
    }

    static func fields(_ texts: [String]) -> JSON {
        ["type": "section", "fields": .array(texts.map { mrkdwn(SlackText.cut($0, to: 2000)) })]
    }

    static let divider: JSON = ["type": "divider"]

    private static func mrkdwn(_ text: String) -> JSON { ["type": "mrkdwn", "text": .string(text)] }
}
