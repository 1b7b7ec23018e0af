import JSON
import JSONSchema
import Testing

/// What specifications in the wild hold and no draft allows.
struct SloppySchemaTests {
    private static func paths(_ schema: JSON, _ value: JSON) throws -> [String] {
        try JSONSchema(schema).violations(of: value).map(\.path)
    }

    @Test func `what draft-04 wrote in another way is understood`() throws {
        let schema: JSON = [
            "id": "http://example.org/spec", "$schema": "http://json-schema.org/draft-04/schema#",
            "properties": [
                "n": ["type": "number", "minimum": 0, "exclusiveMinimum": true],
                "m": ["type": "number", "maximum": 9, "exclusiveMaximum": false],
                "name": ["type": "string", "required": true],
            ],
        ]
        #expect(try Self.paths(schema, ["n": 0, "m": 9]) == ["n"])
        #expect(try JSONSchema(schema).omissions == [])
    }

    @Test func `keywords of Airbyte and formats that nobody knows pass`() throws {
        let schema: JSON = [
            "groups": [["id": "g"]], "additionalProperties": true,
            "properties": [
                "password": [
                    "type": ["string"], "airbyte_secret": true, "order": 0, "group": "g", "format": "moonphase",
                    "examples": ["x"], "multiline": true, "always_show": true, "description": 5, "title": [],
                ]
            ],
        ]
        #expect(try Self.paths(schema, ["password": "x", "more": 1]) == [])
        #expect(try Self.paths(schema, ["password": 1]) == ["password"])
    }

    @Test func `a keyword that cannot be read is left out and listed, and the rest is checked`() throws {
        let schema: JSON = [
            "type": "object", "required": ["host"],
            "properties": [
                "host": ["type": "text"], "port": ["type": "integer", "minimum": "one"],
                "start": ["type": "string", "pattern": "(["], "step": ["multipleOf": 0], "mode": ["enum": []],
            ],
        ]
        let read = try JSONSchema(schema)
        #expect(
            read.omissions.sorted() == [
                "the schema.properties.host.type", "the schema.properties.mode.enum",
                "the schema.properties.port.minimum", "the schema.properties.start.pattern",
                "the schema.properties.step.multipleOf",
            ])
        #expect(try read.violations(of: ["port": "x", "start": "([", "step": 3]).map(\.path) == ["port", "host"])
    }

    @Test func `references within the schema are followed, whatever their names`() throws {
        let schema: JSON = [
            "definitions": [
                "a/b %": ["type": "integer"],
                "tree": [
                    "properties": ["next": ["$ref": "#/definitions/tree"], "v": ["$ref": "#/definitions/a~1b%20%25"]]
                ],
            ],
            "$ref": "#/definitions/tree",
        ]
        #expect(try Self.paths(schema, ["next": ["next": ["v": "x"], "v": 1]]) == ["next.next.v"])
    }

    @Test func `one schema is checked with by many tasks at once`() async throws {
        let schema = try JSONSchema(["properties": ["a": ["pattern": "^(x|y)+$", "maxLength": 5]]])
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<64 {
                group.addTask {
                    let value: JSON = ["a": index.isMultiple(of: 2) ? "xyxy" : "xyz"]
                    return (try? schema.violations(of: value).isEmpty) == index.isMultiple(of: 2)
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
