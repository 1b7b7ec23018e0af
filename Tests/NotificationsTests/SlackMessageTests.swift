import Airbyte
import JSON
import Model
import Notifications
import Posix
import TestKit
import Testing
import Time

@Suite("Messages to receivers")
struct SlackMessageTests {
    private let links = WebLinks(base: "https://swiftlet.example.org/")
    private static let workspace = "11111111-1111-4111-8111-111111111111"

    private func event(
        _ kind: ConnectionEvent.Kind, name: String = "Shop <> Lake", _ fill: (inout EventDetail) -> Void = { _ in }
    ) throws -> ConnectionEvent {
        var detail = EventDetail(
            workspace: EventDetail.Named(id: Self.workspace, name: "Home"),
            connection: EventDetail.Named(id: "c", name: name), source: EventDetail.Named(id: "s", name: "Shop"),
            destination: EventDetail.Named(id: "d", name: "Lake & Sea"))
        fill(&detail)
        return ConnectionEvent(
            id: try #require(EventID("22222222-2222-4222-8222-222222222222")),
            workspaceID: try #require(WorkspaceID(Self.workspace)), connectionID: ConnectionID(), jobID: 7, kind: kind,
            detail: detail, createdAt: Instant(seconds: 1_800_000_100))
    }

    private func job(failure: EventDetail.Failure? = nil) -> EventDetail.Job {
        var job = EventDetail.Job(
            id: 7, kind: .sync, attempts: 2, startedAt: 1_800_000_000_400_000, endedAt: 1_800_000_083_500_000)
        (job.recordsEmitted, job.recordsCommitted) = (1400, 1399)
        (job.bytesEmitted, job.bytesCommitted) = (288_179, 1023)
        job.failure = failure
        return job
    }

    @Test(.proves("7.3-sync")) func `a sync that succeeded is told in blocks for people and in data for machines`()
        throws
    {
        let message = try #require(
            SlackMessage(event(.syncSucceeded) { $0.job = job() }, links: links))
        let expected: JSON = [
            "text": """
            Your connection Shop &lt;&gt; Lake from Shop to Lake &amp; Sea succeeded
            This was for a sync

            You can access its logs here: https://swiftlet.example.org/workspaces/\(Self.workspace)/connections/c

            Job ID: 7
            """.json,
            "blocks": [
                [
                    "type": "section",
                    "text": [
                        "type": "mrkdwn",
                        "text": """
                        Sync completed: <https://swiftlet.example.org/workspaces/\(Self.workspace)/connections/c|Shop &lt;&gt; Lake>
                        """.json,
                    ],
                ],
                [
                    "type": "section",
                    "fields": [
                        ["type": "mrkdwn", "text": "*Source:*"],
                        [
                            "type": "mrkdwn",
                            "text": "<https://swiftlet.example.org/workspaces/\(Self.workspace)/source/s|Shop>".json,
                        ],
                        ["type": "mrkdwn", "text": "*Destination:*"],
                        [
                            "type": "mrkdwn",
                            "text": """
                            <https://swiftlet.example.org/workspaces/\(Self.workspace)/destination/d|Lake &amp; Sea>
                            """.json,
                        ],
                        ["type": "mrkdwn", "text": "*Duration:*"],
                        ["type": "mrkdwn", "text": "1 min 23 sec"],
                    ],
                ],
                [
                    "type": "section",
                    "text": [
                        "type": "mrkdwn",
                        "text": """
                        *Sync Summary:*
                        1400 record(s) extracted / 1399 record(s) loaded
                        281 kB extracted / 1023 B loaded

                        """,
                    ],
                ],
            ],
            "data": [
                "workspace": named(Self.workspace, "Home", ""),
                "connection": named("c", "Shop <> Lake", "/connections/c"),
                "source": named("s", "Shop", "/source/s"),
                "destination": named("d", "Lake & Sea", "/destination/d"),
                "jobId": 7, "success": true, "startedAt": "2027-01-15T08:00:00Z", "finishedAt": "2027-01-15T08:01:23Z",
                "bytesEmitted": 288179, "bytesCommitted": 1023, "recordsEmitted": 1400, "recordsCommitted": 1399,
                "recordsFilteredOut": 0, "bytesFilteredOut": 0, "errorMessage": nil, "errorType": nil,
                "errorOrigin": nil, "durationInSeconds": 83, "durationFormatted": "1 min 23 sec",
                "bytesEmittedFormatted": "281 kB", "bytesCommittedFormatted": "1023 B",
            ],
        ]
        #expect(message.body(host: "hooks.slack.com") == expected)
    }

    private func named(_ id: String, _ name: String, _ path: String) -> JSON {
        let url = "https://swiftlet.example.org/workspaces/\(Self.workspace)\(path)"
        return ["id": .string(id), "name": .string(name), "url": .string(url)]
    }

    @Test(arguments: [ConnectionEvent.Kind.syncFailed, .syncIncomplete])
    func `a sync that failed is told with its reason`(kind: ConnectionEvent.Kind) throws {
        let failure = EventDetail.Failure(message: "no table <a>", type: .config, origin: .source)
        let message = try #require(
            SlackMessage(event(kind) { $0.job = job(failure: failure) }, links: links))
        #expect(
            message.text.contains(
                "from Shop to Lake &amp; Sea just failed...\nThis happened with no table &lt;a&gt;\n\n"))
        let texts = message.blocks.map { $0["text"]?["text"]?.stringValue ?? "" }
        #expect(texts.count == 4)
        #expect(texts[0].hasPrefix("Sync failure occurred: <https://"))
        #expect(texts[2] == "```\n[config_error] no table &lt;a&gt;\n```")
        #expect(texts[3].hasPrefix("*Sync Summary:*\n1400 record(s)"))
        #expect(message.data?["success"] == false)
        #expect(message.data?["errorMessage"] == "no table <a>")
        #expect(message.data?["errorType"] == "config_error")
        #expect(message.data?["errorOrigin"] == "source")
    }

    @Test func `Google Chat gets the text alone`() throws {
        let message = try #require(
            SlackMessage(event(.syncSucceeded) { $0.job = job() }, links: links))
        #expect(message.body(host: "chat.googleapis.com").objectValue?.keys == ["text"])
    }

    @Test(arguments: [
        (ConnectionEvent.Kind.connectionDisabled, "Connection disabled: "),
        (.failuresRepeated, "Warning - repeated connection failures: "),
    ])
    func `a connection in a bad way is told without data`(kind: ConnectionEvent.Kind, title: String) throws {
        let message = try #require(SlackMessage(event(kind) { $0.message = "30 in a row." }, links: links))
        let body = message.body(host: "h")
        #expect(body.objectValue?.keys == ["text", "blocks"])
        #expect(message.text.hasPrefix(title + "Shop &lt;&gt; Lake from Shop"))
        #expect(message.blocks[0]["text"]?["text"]?.stringValue?.hasPrefix(title + "<https://") == true)
        #expect(message.blocks[1]["fields"]?.arrayValue?.count == 4)
        #expect(message.blocks[2]["text"]?["text"] == "```\n30 in a row.\n```")
    }

    private static let diff: JSON = [
        "transforms": [
            ["transformType": "add_stream", "streamDescriptor": ["name": "new", "namespace": "public"]],
            ["transformType": "remove_stream", "streamDescriptor": ["name": "old"]],
            [
                "transformType": "update_stream", "streamDescriptor": ["name": "users"],
                "updateStream": [
                    "fieldTransforms": [
                        ["transformType": "add_field", "fieldName": ["a", "b"]],
                        ["transformType": "remove_field", "fieldName": ["c"]],
                        ["transformType": "update_field_schema", "fieldName": ["d"]],
                    ],
                    "streamAttributeTransforms": [["transformType": "update_primary_key"]],
                ],
            ],
        ]
    ]

    @Test(
        .proves("7.4-schema"),
        arguments: [
            (ConnectionEvent.Kind.schemaPropagated, "The schema of '<", "|PSQL -&gt;&gt; BigQuery>' has changed."),
            (.schemaNeedsAction, "Airbyte detected schema changes for '<", "|PSQL -&gt;&gt; BigQuery>'."),
            (.schemaBroke, "Airbyte detected schema changes for '<", "|PSQL -&gt;&gt; BigQuery>'."),
        ])
    func `a changed schema is told stream by stream`(
        kind: ConnectionEvent.Kind, head: String, tail: String
    ) throws {
        let message = try #require(
            SlackMessage(event(kind, name: "PSQL ->> BigQuery") { $0.catalogDiff = Self.diff }, links: links))
        let link = "https://swiftlet.example.org/workspaces/\(Self.workspace)/connections/c"
        #expect(message.text == head + link + tail)
        #expect(message.data == nil)
        #expect(message.blocks.count == 4)
        #expect(message.blocks[0]["text"]?["text"] == .string(message.text))
        #expect(
            message.blocks[1]["fields"]?.arrayValue?.map { $0["text"] } == [
                "*Workspace*", "<https://swiftlet.example.org/workspaces/\(Self.workspace)|Home>".json,
                "*Source*", "<https://swiftlet.example.org/workspaces/\(Self.workspace)/source/s|Shop>".json,
            ])
        #expect(message.blocks[2] == ["type": "divider"])
        #expect(
            message.blocks[3]["text"]?["text"]
                == .string(
                    """
                    • Streams (+1/-1/~1)
                      ＋ public.new
                      － old
                      ~ users (primary key)
                    • Fields (+1/~1/-1)
                      • users
                        ＋ a.b
                        － c
                        ~ d
                    """))
    }

    @Test func `of a diff with thousands of lines the beginning is told`() throws {
        let streams = (0..<5000).map { number -> JSON in
            ["transformType": "add_stream", "streamDescriptor": ["name": .string("stream \(number)")]]
        }
        let message = try #require(
            SlackMessage(
                event(.schemaPropagated) { $0.catalogDiff = ["transforms": .array(streams)] }, links: links))
        let text = message.blocks.last?["text"]?["text"]?.stringValue ?? ""
        #expect(text.count <= 3000)
        #expect(text.hasSuffix("… and 4961 lines more"))
    }

    @Test func `what Slack takes at most is kept to, whatever a connector said`() throws {
        let failure = EventDetail.Failure(
            message: String(repeating: "<", count: 50_000), type: .system, origin: .unknown)
        let message = try #require(
            SlackMessage(event(.syncFailed) { $0.job = job(failure: failure) }, links: links))
        for block in message.blocks { #expect(block["text"]?["text"]?.stringValue?.count ?? 0 <= 3000) }
    }

    @Test(arguments: [
        (0, "0 sec"), (59, "59 sec"), (60, "1 min 0 sec"), (83, "1 min 23 sec"), (3600, "1 hours 0 min"),
        (7500, "2 hours 5 min"), (90_000, "1 days 1 hours"), (-5, "0 sec"),
    ])
    func `durations are written as Airbyte writes them`(seconds: Int, text: String) throws {
        var job = job()
        job.startedAt = 0
        job.endedAt = Int64(seconds) * 1_000_000
        let message = try #require(SlackMessage(event(.syncSucceeded) { $0.job = job }, links: links))
        #expect(message.data?["durationFormatted"] == .string(text))
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1 kB"), (288_179, "281 kB"), (1 << 20, "1 MB"),
            ((1 << 30) - 1, "1023 MB"),
            (1 << 30, "1 GB"), (1 << 40, "1 TB"), (1 << 52, "4096 TB"),
        ] as [(Int64, String)])
    func `volumes are written as Airbyte writes them`(bytes: Int64, text: String) throws {
        var job = job()
        job.bytesCommitted = bytes
        let message = try #require(SlackMessage(event(.syncSucceeded) { $0.job = job }, links: links))
        #expect(message.data?["bytesCommittedFormatted"] == .string(text))
    }

    @Test func `there is a message for every kind of event that anybody can be told of, and for no other`() throws {
        var settings = NotificationSettings()
        for trigger in NotificationSettings.Trigger.allCases {
            settings[trigger] = NotificationSettings.Item([.slack, .customerio], slack: "http://x")
        }
        for kind in ConnectionEvent.Kind.allCases {
            let isTold = !settings.channels(for: kind, tellsSchemaChanges: true).isEmpty
            #expect(try (SlackMessage(event(kind) { $0.job = job() }, links: links) != nil) == isTold, "\(kind)")
        }
    }

    @Test func `changes of a schema are told only where the connection wants it, breaking ones where anybody asked`() {
        var settings = NotificationSettings()
        settings[.connectionUpdateActionRequired] = NotificationSettings.Item([.slack], slack: "http://x")
        settings[.connectionUpdate] = NotificationSettings.Item([.slack], slack: "http://x")
        for kind in [ConnectionEvent.Kind.schemaPropagated, .schemaNeedsAction, .schemaBroke] {
            #expect(settings.channels(for: kind, tellsSchemaChanges: true) == [.slack])
            #expect(settings.channels(for: kind, tellsSchemaChanges: false) == [])
        }
        var other = NotificationSettings()
        other[.breakingChangeSyncsDisabled] = NotificationSettings.Item([.slack], slack: "http://y")
        #expect(other.channels(for: .schemaBroke, tellsSchemaChanges: true) == [.slack])
        #expect(other.channels(for: .schemaNeedsAction, tellsSchemaChanges: true) == [])
    }

    @Test func `a channel that is named without an address, or has one and is not named, is silent`() {
        var settings = NotificationSettings()
        settings[.success] = NotificationSettings.Item([.slack, .webhook])
        settings[.failure] = NotificationSettings.Item([], slack: "http://x")
        settings[.syncDisabled] = NotificationSettings.Item(
            [.webhook], slack: "http://x", webhook: .init(url: "http://y", secret: [:]))
        #expect(settings.channels(for: .syncSucceeded, tellsSchemaChanges: true) == [])
        #expect(settings.channels(for: .syncFailed, tellsSchemaChanges: true) == [])
        #expect(settings.channels(for: .connectionDisabled, tellsSchemaChanges: true) == [.webhook])
    }

    @Test func `our own webhook gets the event as it is`() throws {
        let failure = EventDetail.Failure(message: "no table", type: .config, origin: .source)
        let body = EventBody.json(try event(.syncFailed) { $0.job = job(failure: failure) }, links: links)
        #expect(
            body == [
                "id": "22222222-2222-4222-8222-222222222222", "type": "SYNC_FAILED",
                "createdAt": "2027-01-15T08:01:40Z",
                "workspace": named(Self.workspace, "Home", ""),
                "connection": named("c", "Shop <> Lake", "/connections/c"),
                "source": named("s", "Shop", "/source/s"), "destination": named("d", "Lake & Sea", "/destination/d"),
                "job": [
                    "id": 7, "type": "sync", "attempts": 2, "startedAt": "2027-01-15T08:00:00.400Z",
                    "endedAt": "2027-01-15T08:01:23.500Z", "bytesEmitted": 288179, "bytesCommitted": 1023,
                    "recordsEmitted": 1400, "recordsCommitted": 1399, "recordsRejected": 0,
                    "failure": ["message": "no table", "type": "config_error", "origin": "source"],
                ],
            ])
    }
}

extension String {
    fileprivate var json: JSON { .string(self) }
}
