import ConnectorKit
import JSON
import Testing

@Suite("A connector's settings", .timeLimit(.minutes(5)))
struct ConnectorSettingsTests {
    enum Colour: String, CaseIterable, OptionValue {
        case red, blue
    }

    enum Shape: Choice {
        case dot
        case circle(Int)

        static let discriminator = "kind"
        static let alternatives: [Alternative<Shape>] = [
            Alternative("Dot", "A dot", is: .dot),
            Alternative("Circle", "A circle", "Round.") { (settings: Circle) in .circle(settings.outerRadius) },
        ]

        struct Circle: ConnectorSettings {
            @Option("Radius", "How large.", .within(1...9)) var outerRadius: Int
        }
    }

    struct Settings: ConnectorSettings {
        @Option("Name", "Whose.") var name: String
        @Option("Token", "Secret.", isSecret: true) var token: String?
        @Option("Rows", "How many.", .from(2)) var rowsPerPage = 10
        @Option("Share", "How much.", .within(0...1)) var share = 0.5
        @Option("Colour", "Which.") var colour = Colour.blue
        @Option("Tags", "Any.", name: "labels") var tags: [String]?
        @Option("Shape", "Of what shape.") var shape: Shape?
        @Option("Loud", "Whether.") var isLoud = false

        func validate() throws {
            if isLoud, token == nil { throw ConnectorError(.config, "Who is loud needs a \"token\".") }
        }
    }

    @Test func `what the specification says is what is read`() throws {
        let specification = Specification.source(Settings.self, title: "T", documentation: "https://example.com")
        #expect(
            specification["connectionSpecification"]?["properties"] == [
                "name": ["title": "Name", "description": "Whose.", "type": "string", "order": 0],
                "token": [
                    "title": "Token", "description": "Secret.", "type": "string", "airbyte_secret": true, "order": 1,
                ],
                "rows_per_page": [
                    "title": "Rows", "description": "How many.", "type": "integer", "minimum": 2, "default": 10,
                    "order": 2,
                ],
                "share": [
                    "title": "Share", "description": "How much.", "type": "number", "minimum": 0, "maximum": 1,
                    "default": 0.5, "order": 3,
                ],
                "colour": [
                    "title": "Colour", "description": "Which.", "type": "string", "enum": ["red", "blue"],
                    "default": "blue", "order": 4,
                ],
                "labels": [
                    "title": "Tags", "description": "Any.", "type": "array", "items": ["type": "string"], "order": 5,
                ],
                "shape": [
                    "title": "Shape", "description": "Of what shape.", "type": "object", "order": 6,
                    "oneOf": [
                        [
                            "title": "A dot", "type": "object", "required": ["kind"], "additionalProperties": true,
                            "properties": [
                                "kind": ["type": "string", "const": "Dot", "default": "Dot", "order": 0]
                            ],
                        ],
                        [
                            "title": "A circle", "description": "Round.", "type": "object",
                            "required": ["kind", "outer_radius"], "additionalProperties": true,
                            "properties": [
                                "kind": ["type": "string", "const": "Circle", "default": "Circle", "order": 0],
                                "outer_radius": [
                                    "title": "Radius", "description": "How large.", "type": "integer", "minimum": 1,
                                    "maximum": 9, "order": 1,
                                ],
                            ],
                        ],
                    ],
                ],
                "is_loud": [
                    "title": "Loud", "description": "Whether.", "type": "boolean", "default": false, "order": 7,
                ],
            ])
        #expect(specification["connectionSpecification"]?["required"] == ["name"])

        let least = try Settings(Configuration(["name": "n", "unknown": 1]))
        #expect(least.name == "n" && least.token == nil && least.rowsPerPage == 10 && least.share == 0.5)
        #expect(least.colour == .blue && least.tags == nil && !least.isLoud)
        guard case nil = least.shape else { throw ConnectorError(.system, "a shape out of nothing") }
        let most = try Settings(
            Configuration([
                "name": "n", "token": "t", "rows_per_page": "12", "share": 1, "colour": "red", "labels": ["a"],
                "shape": ["kind": "Circle", "outer_radius": 3], "is_loud": true,
            ]))
        #expect(most.token == "t" && most.rowsPerPage == 12 && most.share == 1 && most.colour == .red)
        #expect(most.tags == ["a"] && most.isLoud)
        guard case .circle(3) = most.shape else { throw ConnectorError(.system, "no circle") }
    }

    @Test(
        arguments: [
            ([:], "needs a value for \"name\""), (["name": ""], "needs a value for \"name\""),
            (["name": 5], "\"name\" must be a text"),
            (["rows_per_page": 1], "\"rows_per_page\" must be a whole number from 2"),
            (["rows_per_page": "hush"], "\"rows_per_page\" must be a whole number"),
            (["share": 1.5], "\"share\" must be a number from 0.0 to 1.0"),
            (["colour": "hush"], "\"colour\" must be one of red, blue"), (["is_loud": "yes"], "must be true or false"),
            (["is_loud": true], "Who is loud needs"), (["labels": "hush"], "must be a list of texts"),
            (["shape": ["kind": "hush"]], "\"shape.kind\" must be one of Dot, Circle"),
            (["shape": [:]], "needs a value for \"shape.kind\""),
            (["shape": ["kind": "Circle"]], "needs a value for \"shape.outer_radius\""),
            (
                ["shape": ["kind": "Circle", "outer_radius": 10]],
                "\"shape.outer_radius\" must be a whole number from 1 to 9"
            ),
        ] as [(JSON, String)])
    func `what is wrong is said in a sentence without the value`(configuration: JSON, words: String) throws {
        var whole: JSON = ["name": "n"]
        for (key, value) in configuration.objectValue ?? [:] { whole[key] = value }
        if configuration == [:] { whole = [:] }
        let error = #expect(throws: ConnectorError.self) { try Settings(Configuration(whole)) }
        #expect(error?.code == .config)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("hush") == false)
    }

    /// Users' configurations, typed clients and pages of documentation hang on it: a change must be meant.
    /// SWIFTLET_WRITE_SPECIFICATIONS=1 writes down what the connectors say now.
    @Test(arguments: ConnectorRun.connectors.map { $0.name })
    func `a specification stays what it was`(name: String) async throws {
        let connector = try #require(ConnectorRun.connectors.first { $0.name == name })
        let text = connector.specification.prettyText + "\n"
        let kept = try Checkout.kept(
            "Tests/Fixtures/Specifications/\(name).json", now: text, rewriteFor: "SWIFTLET_WRITE_SPECIFICATIONS")
        #expect(kept == text)
    }
}
