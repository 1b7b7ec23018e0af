import JSON
import Model

// A source that has changed (protocol.md 7.4).
extension SlackMessage {
    /// Slack takes 50 blocks and 3,000 characters a block; a diff may have thousands of lines.
    private static let mostLines = 40

    init?(schema event: ConnectionEvent, _ links: WebLinks) {
        let detail = event.detail
        let link = SlackText.link(detail.connection.name, links.connection(detail))
        let header =
            event.kind == .schemaPropagated
            ? "The schema of '\(link)' has changed." : "Airbyte detected schema changes for '\(link)'."
        var blocks = [
            Self.section(header),
            Self.fields([
                "*Workspace*", SlackText.link(detail.workspace.name, links.workspace(detail)),
                "*Source*", SlackText.link(detail.source.name, links.source(detail)),
            ]),
            Self.divider,
        ]
        if let message = detail.message { blocks.append(Self.section(SlackText.escaped(message))) }
        let summary = Self.summary(of: detail.catalogDiff?["transforms"]?.arrayValue ?? [])
        if !summary.isEmpty { blocks.append(Self.section(summary)) }
        self.init(text: header, blocks: blocks)
    }

    private static func summary(of transforms: [JSON]) -> String {
        var lines: [String] = []
        let added = transforms.filter { $0["transformType"] == "add_stream" }
        let removed = transforms.filter { $0["transformType"] == "remove_stream" }
        let updated = transforms.filter { $0["transformType"] == "update_stream" }
        let keyed = updated.filter { $0["updateStream"]?["streamAttributeTransforms"]?.arrayValue?.isEmpty == false }
        if !added.isEmpty || !removed.isEmpty || !keyed.isEmpty {
            lines.append("• Streams (+\(added.count)/-\(removed.count)/~\(keyed.count))")
            lines += added.map { "  ＋ \(name(of: $0))" } + removed.map { "  － \(name(of: $0))" }
            lines += keyed.map { "  ~ \(name(of: $0)) (primary key)" }
        }
        let fields = updated.map { ($0, $0["updateStream"]?["fieldTransforms"]?.arrayValue ?? []) }
        let all = fields.flatMap(\.1)
        if !all.isEmpty {
            func count(_ type: JSON) -> Int { all.count { $0["transformType"] == type } }
            lines.append(
                "• Fields (+\(count("add_field"))/~\(count("update_field_schema"))/-\(count("remove_field")))")
            for (stream, changes) in fields where !changes.isEmpty {
                lines.append("  • \(name(of: stream))")
                lines += changes.map { "    \(mark(of: $0)) \(path(of: $0))" }
            }
        }
        guard lines.count > mostLines else { return lines.joined(separator: "\n") }
        return (lines.prefix(mostLines) + ["… and \(lines.count - mostLines) lines more"]).joined(separator: "\n")
    }

    private static func mark(of field: JSON) -> String {
        switch field["transformType"]?.stringValue {
        case "add_field": "＋"
        case "remove_field": "－"
        default: "~"
        }
    }

    private static func name(of transform: JSON) -> String {
        let descriptor = transform["streamDescriptor"]
        let name = descriptor?["name"]?.stringValue ?? ""
        return SlackText.escaped(descriptor?["namespace"]?.stringValue.map { "\($0).\(name)" } ?? name)
    }

    private static func path(of field: JSON) -> String {
        SlackText.escaped((field["fieldName"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: "."))
    }
}
