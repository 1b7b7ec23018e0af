import JSON
import JSONSchema
import Testing

struct WordsTests {
    private static let tunnel: JSON = [
        "type": "object",
        "oneOf": [
            [
                "required": ["tunnel_method"],
                "properties": ["tunnel_method": ["type": "string", "const": "NO_TUNNEL", "default": "NO_TUNNEL"]],
            ],
            [
                "required": ["tunnel_method", "tunnel_host", "tunnel_port"],
                "properties": [
                    "tunnel_method": ["type": "string", "const": "SSH_KEY_AUTH"],
                    "tunnel_host": ["type": "string"],
                    "tunnel_port": ["type": "integer", "minimum": 0, "maximum": 65536],
                ],
            ],
        ],
    ]

    private static func sentences(_ schema: JSON, _ value: JSON) throws -> [String] {
        try JSONSchema(schema).violations(of: value).map { $0.sentence() }
    }

    @Test func `members that the schema does not speak of may be anything`() throws {
        let schema: JSON = ["type": "object", "properties": ["host": ["type": "string", "minLength": 1]]]
        #expect(try Self.sentences(schema, ["host": "db", "port": 1, "list": [1, "a"], "deep": ["a": .null]]) == [])
    }

    @Test func `a sentence names the member and says what it must be`() throws {
        let schema: JSON = [
            "type": "object", "required": ["host"], "additionalProperties": false,
            "properties": [
                "host": ["type": "string", "minLength": 1], "port": ["type": "integer", "maximum": 65535],
                "mode": ["enum": ["fast", "safe"]],
                "credentials": ["type": "object", "properties": ["port": ["type": ["integer", "null"]]]],
                "hosts": ["type": "array", "items": ["type": "string"]],
                "start": ["type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T..Z$"],
                "end": ["type": "string", "pattern": "^[0-9]{4}$", "pattern_descriptor": "YYYY"],
                "mail": ["type": "string", "format": "email"],
            ],
        ]
        let value: JSON = [
            "port": 70000, "mode": "slow", "credentials": ["port": "x"], "hosts": ["a", 1], "start": "2026-01-01T0Z",
            "end": "26", "mail": "nobody", "extra": true,
        ]
        #expect(
            try Self.sentences(schema, value) == [
                "credentials.port must be a whole number or null", "end must look like YYYY", "hosts[1] must be text",
                "mail must be an e-mail address", "mode must be one of: fast, safe", "port must be at most 65535",
                "start must match the pattern ^[0-9]{4}-[0-9]{2}-[0-9]{2}T..Z$",
                "extra is not known to the specification",
                "host is missing",
            ])
        #expect(try Self.sentences(schema, ["host": "", "start": "2026-01-01T00Z"]) == ["host must not be empty"])
        #expect(try Self.sentences(schema, 5) == ["the value must be an object"])
    }

    @Test func `of alternatives that a member tells apart only the one that is meant is spoken of`() throws {
        let schema: JSON = ["properties": ["tunnel": Self.tunnel]]
        #expect(
            try Self.sentences(schema, ["tunnel": ["tunnel_method": "SSH_KEY_AUTH", "tunnel_port": "22"]]) == [
                "tunnel.tunnel_port must be a whole number", "tunnel.tunnel_host is missing",
            ])
        let one = "tunnel.tunnel_method must be one of: NO_TUNNEL, SSH_KEY_AUTH"
        #expect(try Self.sentences(schema, ["tunnel": ["tunnel_method": "SMOKE"]]) == [one])
        #expect(try Self.sentences(schema, ["tunnel": [:]]) == [one])
        #expect(try Self.sentences(schema, ["tunnel": ["tunnel_method": "NO_TUNNEL"]]) == [])
        #expect(try Self.sentences(schema, ["tunnel": "none"]) == ["tunnel must be an object"])
    }

    @Test func `no sentence holds a value`() throws {
        let canary = "canary-7c1f9e"
        let schema: JSON = [
            "properties": [
                "a": ["type": "integer"], "b": ["enum": ["x"]], "c": ["const": 1], "d": ["pattern": "^x$"],
                "e": ["format": "uuid"], "f": ["maxLength": 1],
                "g": ["oneOf": [["type": "integer"], ["type": "null"]]],
                "h": ["not": [:]], "i": ["uniqueItems": true], "j": ["contains": ["const": 1]], "k": Self.tunnel,
            ]
        ]
        var value: JSON = [:]
        for name in ["a", "b", "c", "d", "e", "f", "g", "h"] { value[name] = .string(canary) }
        value["i"] = [.string(canary), .string(canary)]
        value["j"] = [.string(canary)]
        value["k"] = ["tunnel_method": .string(canary)]
        let sentences = try Self.sentences(schema, value)
        #expect(sentences.count == 11)
        #expect(sentences.allSatisfy { !$0.contains(canary) })
    }
}
