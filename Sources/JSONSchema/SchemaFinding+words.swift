import CJSONSchema
import JSON

extension SchemaFinding {
    /// The finding in words: those of the schema, none of the value.
    func violation(in places: [JSON]) -> SchemaViolation {
        let schema = places.indices.contains(place) ? places[place] : [:]
        return SchemaViolation(path: path, problem: problem(schema, places))
    }

    private func problem(_ schema: JSON, _ places: [JSON]) -> String {
        switch rule {
        case CJSONSCHEMA_TYPE: "must be \(SchemaFinding.list(SchemaFinding.types(of: schema), or: "of another type"))"
        case CJSONSCHEMA_ENUM: SchemaFinding.oneOf(schema["enum"]?.arrayValue ?? [])
        case CJSONSCHEMA_CONST: SchemaFinding.oneOf(schema["const"].map { [$0] } ?? [])
        case CJSONSCHEMA_MINIMUM: "must be at least \(limit("minimum", schema))"
        case CJSONSCHEMA_EXCLUSIVE_MINIMUM: "must be more than \(limit("exclusiveMinimum", schema))"
        case CJSONSCHEMA_MAXIMUM: "must be at most \(limit("maximum", schema))"
        case CJSONSCHEMA_EXCLUSIVE_MAXIMUM: "must be less than \(limit("exclusiveMaximum", schema))"
        case CJSONSCHEMA_MULTIPLE_OF: "must be a multiple of \(limit("multipleOf", schema))"
        case CJSONSCHEMA_MIN_LENGTH: SchemaFinding.atLeast(schema["minLength"], "character")
        case CJSONSCHEMA_MAX_LENGTH: SchemaFinding.atMost(schema["maxLength"], "character")
        case CJSONSCHEMA_PATTERN: SchemaFinding.pattern(schema)
        case CJSONSCHEMA_FORMAT: "must be \(SchemaFinding.format(schema["format"]?.stringValue ?? ""))"
        case CJSONSCHEMA_MIN_ITEMS: SchemaFinding.atLeast(schema["minItems"], "element")
        case CJSONSCHEMA_MAX_ITEMS: SchemaFinding.atMost(schema["maxItems"], "element")
        case CJSONSCHEMA_ADDITIONAL_ITEMS:
            SchemaFinding.atMost(.integer(schema["items"]?.arrayValue?.count ?? 0), "element")
        case CJSONSCHEMA_UNIQUE_ITEMS: "must not hold an element twice"
        case CJSONSCHEMA_CONTAINS: "holds no element such as the specification asks for"
        case CJSONSCHEMA_MIN_PROPERTIES: SchemaFinding.atLeast(schema["minProperties"], "member")
        case CJSONSCHEMA_MAX_PROPERTIES: SchemaFinding.atMost(schema["maxProperties"], "member")
        case CJSONSCHEMA_PROPERTY_NAMES: "has a member with a name that is not allowed"
        case CJSONSCHEMA_ADDITIONAL_PROPERTIES: "is not known to the specification"
        case CJSONSCHEMA_REQUIRED: "is missing"
        case CJSONSCHEMA_NOT: "is ruled out by the specification"
        case CJSONSCHEMA_ALTERNATIVE_TYPE:
            "must be \(SchemaFinding.list(alternatives(schema, places).flatMap(SchemaFinding.types), or: "of another type"))"
        case CJSONSCHEMA_UNKNOWN_TAG:
            SchemaFinding.oneOf(alternatives(schema, places).flatMap { tagValues($0, places) })
        case CJSONSCHEMA_SEVERAL_ALTERNATIVES: "fits more than one alternative of the specification"
        default: "fits none of the alternatives of the specification"
        }
    }

    private func limit(_ keyword: String, _ schema: JSON) -> String { schema[keyword]?.text ?? "" }

    private func alternatives(_ schema: JSON, _ places: [JSON]) -> [JSON] {
        ["oneOf", "anyOf"].flatMap { schema[$0]?.arrayValue ?? [] }.map { SchemaPlan.follow($0, in: places) }
    }

    /// The values by which the member tells this alternative from the others.
    private func tagValues(_ alternative: JSON, _ places: [JSON]) -> [JSON] {
        guard let reference = alternative["properties"]?[member] else { return [] }
        let schema = SchemaPlan.follow(reference, in: places)
        return schema["const"].map { [$0] } ?? schema["enum"]?.arrayValue ?? []
    }

    private static func types(of schema: JSON) -> [String] {
        let names = schema["type"]?.arrayValue ?? schema["type"].map { [$0] } ?? []
        return names.compactMap(\.stringValue).map { name in
            switch name {
            case "string": "text"
            case "integer": "a whole number"
            case "number": "a number"
            case "boolean": "true or false"
            case "array": "a list"
            case "object": "an object"
            default: name
            }
        }
    }

    private static func list(_ words: [String], or none: String) -> String {
        var seen: Set<String> = []
        let distinct = words.filter { seen.insert($0).inserted }
        return distinct.isEmpty ? none : distinct.joined(separator: " or ")
    }

    private static func oneOf(_ values: [JSON]) -> String {
        var seen: Set<JSON> = []
        let distinct = values.filter { seen.insert($0).inserted }
        let words = distinct.prefix(20).map { short($0.stringValue ?? $0.text) }
        if distinct.count == 1 { return "must be \(words[0])" }
        return "must be one of: \(words.joined(separator: ", "))\(distinct.count > words.count ? ", …" : "")"
    }

    private static func atLeast(_ count: JSON?, _ noun: String) -> String {
        if count == 1 { return noun == "character" ? "must not be empty" : "must have at least one \(noun)" }
        return "must have at least \(count?.text ?? "") \(noun)s"
    }

    private static func atMost(_ count: JSON?, _ noun: String) -> String {
        count == 1 ? "must have at most one \(noun)" : "must have at most \(count?.text ?? "") \(noun)s"
    }

    private static func pattern(_ schema: JSON) -> String {
        if let descriptor = schema["pattern_descriptor"]?.stringValue { return "must look like \(short(descriptor))" }
        return "must match the pattern \(short(schema["pattern"]?.stringValue ?? ""))"
    }

    private static func format(_ name: String) -> String {
        switch name {
        case "date": "a date such as 2026-01-31"
        case "date-time": "a time such as 2026-01-31T08:00:00Z"
        case "time": "a time of day such as 08:00:00Z"
        case "email": "an e-mail address"
        case "uri": "an address such as https://example.org"
        case "uuid": "a UUID"
        case "ipv4": "an IPv4 address"
        case "ipv6": "an IPv6 address"
        default: "a \(name)"
        }
    }

    private static func short(_ text: String) -> String { text.count > 200 ? text.prefix(200) + "…" : text }
}
