import JSON
import TestKit

/// Schemas that make sense about half the time, and values that fit them now and then.
struct RandomSchema {
    static let canary = "canary-7c1f9e"
    private static let names = ["a", "b", "$ref", "", "é", "id"]
    private static let keywords = [
        "type", "enum", "const", "required", "minimum", "exclusiveMinimum", "maximum", "multipleOf", "minLength",
        "maxLength", "pattern", "format", "properties", "patternProperties", "additionalProperties", "items",
        "additionalItems", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "contains", "propertyNames",
        "dependencies", "uniqueItems", "minItems", "maxItems", "minProperties", "maxProperties", "$ref", "title",
    ]

    var random: SeededRandom

    mutating func schema(_ depth: Int = 0) -> JSON {
        if chance(20) { return [true, false, "x", nil].randomElement(using: &random) ?? true }
        var result: JSON = depth == 0 ? ["definitions": ["d": schema(2)]] : [:]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let keyword = Self.keywords.randomElement(using: &random) ?? "type"
            result[keyword] = chance(12) ? value(0, "word") : argument(keyword, depth)
        }
        return result
    }

    mutating func value(_ depth: Int = 0, _ text: String = canary) -> JSON {
        switch Int.random(in: 0..<(depth > 3 ? 6 : 9), using: &random) {
        case 0: return nil
        case 1: return .bool(chance(2))
        case 2: return .integer(Int.random(in: -3...9, using: &random))
        case 3: return [1.5, -1e300, 0.1, 1e19].randomElement(using: &random) ?? 1.5
        case 4: return .string(text)
        case 5: return .string(Self.names.randomElement(using: &random) ?? "")
        case 6: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth + 1, text) })
        default:
            return .object(
                JSONObject((0..<Int.random(in: 0...4, using: &random)).map { _ in (name(), value(depth + 1, text)) }))
        }
    }

    private mutating func argument(_ keyword: String, _ depth: Int) -> JSON {
        let inner = depth < 5
        switch keyword {
        case "type":
            return .string(["string", "integer", "object", "array", "null", "any"].randomElement(using: &random) ?? "")
        case "enum": return [value(3, "word"), value(3, "word")]
        case "const", "title": return value(3, "word")
        case "required": return [.string(name()), .string(name())]
        case "pattern":
            return .string(["^a", "(a+)+$", "(", "[^]", "\\d{2,}", "é"].randomElement(using: &random) ?? "")
        case "format": return .string(["date-time", "uri", "email", "moon"].randomElement(using: &random) ?? "")
        case "uniqueItems": return .bool(chance(2))
        case "$ref":
            return .string(["#", "#/definitions/d", "#/x", "http://x/"].randomElement(using: &random) ?? "#")
        case "properties", "patternProperties", "dependencies":
            guard inner else { return [:] }
            return .object(JSONObject((0..<3).map { _ in (name(), schema(depth + 1)) }))
        case "allOf", "anyOf", "oneOf": return inner ? [schema(depth + 1), schema(depth + 1)] : [true]
        case "items" where chance(2): return inner ? [schema(depth + 1), schema(depth + 1)] : []
        case "not", "if", "then", "else", "contains", "propertyNames", "items", "additionalItems",
            "additionalProperties":
            return inner ? schema(depth + 1) : true
        default: return .integer(Int.random(in: -1...5, using: &random))
        }
    }

    private mutating func name() -> String { Self.names.randomElement(using: &random) ?? "a" }
    private mutating func chance(_ sides: Int) -> Bool { Int.random(in: 0..<sides, using: &random) == 0 }
}
