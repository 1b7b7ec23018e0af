import JSON
import JSONSchema
import TestKit
import Testing

struct HostileSchemaTests {
    @Test(arguments: [
        "http://example.org/schema.json", "file:///etc/passwd", "other.json", "#anchor", "urn:example:x", "//host/x",
    ])
    func `a reference out of the schema is refused, not fetched`(reference: String) {
        #expect(throws: JSONSchemaError.self) {
            try JSONSchema(["properties": ["a": ["$ref": .string(reference)]]])
        }
    }

    @Test func `a schema that refers to itself alone is refused`() {
        #expect(throws: JSONSchemaError.self) { try JSONSchema(["$ref": "#"]) }
        #expect(throws: JSONSchemaError.self) {
            try JSONSchema([
                "definitions": ["a": ["$ref": "#/definitions/b"], "b": ["$ref": "#/definitions/a"]],
                "$ref": "#/definitions/a",
            ])
        }
        #expect(throws: JSONSchemaError.self) { try JSONSchema(["$ref": "#/definitions/none"]) }
    }

    @Test func `a check that would not end is given up`() throws {
        let endless = try JSONSchema(["allOf": [["$ref": "#"]]])
        #expect(throws: JSONSchemaError.self) { try endless.violations(of: 1) }
        var definitions: JSON = ["40": ["type": "integer"]]
        for index in 0..<40 {
            let next: JSON = ["$ref": .string("#/definitions/\(index + 1)")]
            definitions[String(index)] = ["anyOf": [["allOf": [next, next]], ["allOf": [next, next]]]]
        }
        let doubling = try JSONSchema(["definitions": definitions, "$ref": "#/definitions/0"])
        #expect(throws: JSONSchemaError.self) { try doubling.violations(of: "x") }
        let unique = try JSONSchema(["uniqueItems": true])
        #expect(throws: JSONSchemaError.self) { try unique.violations(of: .array((0..<5000).map { .integer($0) })) }
    }

    @Test(arguments: [
        "^(a+)+$", "^(a|a)*$", "^([a-zA-Z]+)*$", "(a{0,300}){0,300}b", "^(.*)*(.*)*(.*)*!$", "((a?){30})(a){30}$",
    ])
    func `a pattern that backtracks without end is given up, and long text does no harm`(pattern: String) throws {
        let schema = try JSONSchema(["pattern": .string(pattern)])
        for length in [30, 3000, 300_000] {
            _ = try schema.violations(of: .string(String(repeating: "a", count: length) + "?"))
        }
        #expect(try JSONSchema(["pattern": "^a+$"]).violations(of: "aab").count == 1)
    }

    @Test func `schemas and values of great depth and size are refused or read, and break nothing`() throws {
        var deep: JSON = ["type": "integer"]
        for _ in 0..<90 { deep = ["properties": ["a": deep]] }
        var value: JSON = "x"
        for _ in 0..<90 { value = ["a": value] }
        #expect(try JSONSchema(deep).violations(of: value).count == 1)
        for _ in 0..<100 { deep = ["properties": ["a": deep]] }
        #expect(throws: JSONSchemaError.self) { try JSONSchema(deep) }
        let tree = try JSONSchema(["properties": ["a": ["$ref": "#"]], "type": "object"])
        for _ in 0..<200 { value = ["a": value] }
        #expect(throws: JSONSchemaError.self) { try tree.violations(of: value) }
        var many: JSON = [:]
        for index in 0..<4000 { many[String(index)] = ["type": "integer"] }
        #expect(try JSONSchema(["properties": many]).violations(of: ["17": "x"]).map(\.path) == ["17"])
        for index in 4000..<6000 { many[String(index)] = ["type": "integer"] }
        #expect(throws: JSONSchemaError.self) { try JSONSchema(["properties": many]) }
    }

    @Test func `numbers that no double holds are said to be too big`() throws {
        let value: JSON = ["a": [1, .number(JSONNumber(grammatical: "1e999"))]]
        #expect(
            try JSONSchema([:]).violations(of: value).map { $0.sentence() } == ["a[1] holds a number that is too big"])
        let big: JSON = .number(JSONNumber(grammatical: "18446744073709551615"))
        #expect(try JSONSchema(["minimum": 0, "multipleOf": big]).violations(of: big).isEmpty)
        #expect(try JSONSchema(["multipleOf": -1]).violations(of: .integer(Int.min)).isEmpty)
    }

    @Test func `no schema and no value breaks the check, and its answer is the same twice`() throws {
        let seed = SeededRandom.seed(from: "SWIFTLET_FUZZ_SEED")
        var random = RandomSchema(random: SeededRandom(seed: seed))
        var outcomes: Set<String> = []
        for _ in 0..<4000 {
            guard let schema = try? JSONSchema(random.schema()) else {
                outcomes.insert("refused")
                continue
            }
            for _ in 0..<4 {
                let value = random.value()
                guard let violations = try? schema.violations(of: value, limit: 10) else {
                    outcomes.insert("given up")
                    continue
                }
                outcomes.insert(violations.isEmpty ? "fits" : "differs")
                #expect(violations.count <= 10)
                #expect(try schema.violations(of: value, limit: 10) == violations, "seed \(seed)")
                #expect(violations.allSatisfy { !$0.problem.contains(RandomSchema.canary) }, "seed \(seed)")
            }
        }
        #expect(outcomes.isSuperset(of: ["refused", "fits", "differs"]), "the generator makes too little")
    }
}
