import CJSONSchema
import JSON

/// A schema taken apart into its subschemas, each at a place of its own, in the form that the library is given.
///
/// Real specifications hold parts that no draft allows. A keyword that is not what draft-07 says of it is left out and
/// listed; what draft-04 wrote in another way is written anew; keywords that draft-07 does not know are no concern of ours.
/// What cannot be left out without changing the meaning, such as a reference that leads out of the schema, is refused.
struct SchemaPlan {
    /// Place 0 is the whole schema. Where a subschema stood is `{"$ref": "#/definitions/<place>"}`.
    private(set) var places: [JSON] = []
    private(set) var omissions: [String] = []
    private let root: JSON
    /// By the pointer of what a reference leads to.
    private var placeOfTarget: [String: Int] = [:]
    private var depth = 0

    private static let mostPlaces = 5000
    private static let deepest = 100
    private static let mostOmissions = 100

    init(_ schema: JSON) throws(JSONSchemaError) {
        root = schema
        _ = try place(["$ref": "#"], "the schema")
    }

    /// The places from the last to the first: so the library has mostly read what a subschema leads to before it comes to it.
    var text: [UInt8] {
        let definitions = JSONObject(places.enumerated().map { (String($0), $1) })
        let order = places.indices.reversed().map { SchemaPlan.reference(to: $0) }
        return JSON.object(["definitions": .object(definitions), "allOf": .array(order)]).bytes
    }

    static func reference(to place: Int) -> JSON { ["$ref": .string("#/definitions/\(place)")] }

    /// The subschema that a reference of a place leads to.
    static func follow(_ reference: JSON, in places: [JSON]) -> JSON {
        guard let place = reference["$ref"]?.stringValue?.split(separator: "/").last.flatMap({ Int($0) }),
            places.indices.contains(place)
        else { return [:] }
        return places[place]
    }

    /// Finds a place for a subschema; what stands in its stead.
    private mutating func place(_ schema: JSON, _ path: String) throws(JSONSchemaError) -> JSON {
        let (target, pointer) = try resolved(schema, path)
        if let pointer, let known = placeOfTarget[pointer] { return SchemaPlan.reference(to: known) }
        guard places.count < SchemaPlan.mostPlaces else {
            throw JSONSchemaError(.unreadable, "The schema has more than \(SchemaPlan.mostPlaces) subschemas.")
        }
        guard depth < SchemaPlan.deepest else {
            throw JSONSchemaError(.unreadable, "The schema nests deeper than \(SchemaPlan.deepest) levels.")
        }
        depth += 1
        defer { depth -= 1 }
        let place = places.count
        places.append([:])
        if let pointer { placeOfTarget[pointer] = place }
        places[place] = try mended(target, path)
        return SchemaPlan.reference(to: place)
    }

    /// Follows references until something else stands there.
    private func resolved(_ schema: JSON, _ path: String) throws(JSONSchemaError) -> (JSON, pointer: String?) {
        var schema = schema
        var pointer: String?
        for _ in 0..<SchemaPlan.deepest {
            guard let reference = schema["$ref"] else { return (schema, pointer) }
            guard let text = reference.stringValue, text == "#" || text.hasPrefix("#/") else {
                throw JSONSchemaError(
                    .unreadable, "\(path) refers to something outside the schema; that is never fetched.")
            }
            guard let target = SchemaPointer(text).target(in: root) else {
                throw JSONSchemaError(.unreadable, "\(path) refers to something that is not there.")
            }
            schema = target
            pointer = text
        }
        throw JSONSchemaError(.unreadable, "\(path) refers to itself.")
    }

    private mutating func mended(_ schema: JSON, _ path: String) throws(JSONSchemaError) -> JSON {
        switch schema {
        case .bool(true): return [:]
        case .bool(false): return ["not": try place([:], path)]
        case .object(let keywords):
            var result = JSONObject()
            for (keyword, value) in keywords {
                let here = "\(path).\(keyword)"
                if let mended = try mended(keyword, value, beside: keywords, here) {
                    result[mended.keyword] = mended.value
                }
            }
            return .object(result)
        default:
            omit(path)
            return [:]
        }
    }

    private mutating func mended(
        _ keyword: String, _ value: JSON, beside keywords: JSONObject, _ path: String
    ) throws(JSONSchemaError) -> (keyword: String, value: JSON)? {
        let mended: JSON?
        switch keyword {
        case "type": mended = SchemaPlan.types(value)
        case "enum": mended = SchemaPlan.kept(value, if: value.arrayValue?.isEmpty == false)
        case "const": mended = value
        case "required":
            // Draft-03 wrote it as a boolean beside the member. Airbyte reads nothing in it, and neither do we.
            if value.boolValue != nil { return nil }
            mended = SchemaPlan.names(value)
        case "minimum", "maximum":
            let exclusive = keyword == "minimum" ? "exclusiveMinimum" : "exclusiveMaximum"
            if keywords[exclusive]?.boolValue == true { return SchemaPlan.number(value).map { (exclusive, $0) } }
            mended = SchemaPlan.number(value)
        case "exclusiveMinimum", "exclusiveMaximum":
            if value.boolValue != nil { return nil }
            mended = SchemaPlan.number(value)
        case "multipleOf": mended = SchemaPlan.kept(SchemaPlan.number(value), if: (value.doubleValue ?? 0) > 0)
        case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
            mended = SchemaPlan.kept(value.intValue.map { .integer($0) }, if: (value.intValue ?? -1) >= 0)
        case "uniqueItems": mended = value.boolValue.map(JSON.bool)
        case "pattern": mended = SchemaPlan.kept(value, if: value.stringValue.map(SchemaPlan.isReadable) ?? false)
        case "pattern_descriptor":
            guard value.stringValue != nil else { return nil }
            mended = value
        case "format": mended = SchemaPlan.kept(value, if: value.stringValue != nil)
        case "properties", "patternProperties", "dependencies": mended = try members(keyword, value, path)
        case "additionalProperties", "additionalItems":
            mended = value.boolValue == nil ? try subschema(value, path) : value
        case "items": mended = value.arrayValue == nil ? try subschema(value, path) : try list(value, path)
        case "allOf", "anyOf", "oneOf":
            mended = value.arrayValue?.isEmpty == false ? try list(value, path) : JSON?.none
        case "not", "contains", "propertyNames", "if": mended = try subschema(value, path)
        case "then", "else":
            guard keywords["if"] != nil else { return nil }
            mended = try subschema(value, path)
        default: return nil
        }
        guard let mended else {
            omit(path)
            return nil
        }
        return (keyword, mended)
    }

    private mutating func subschema(_ value: JSON, _ path: String) throws(JSONSchemaError) -> JSON? {
        guard value.objectValue != nil || value.boolValue != nil else { return nil }
        return try place(value, path)
    }

    private mutating func list(_ value: JSON, _ path: String) throws(JSONSchemaError) -> JSON? {
        var result: [JSON] = []
        for (index, element) in (value.arrayValue ?? []).enumerated() {
            guard let schema = try subschema(element, "\(path)[\(index)]") else { return nil }
            result.append(schema)
        }
        return .array(result)
    }

    private mutating func members(
        _ keyword: String, _ value: JSON, _ path: String
    ) throws(JSONSchemaError) -> JSON? {
        guard let members = value.objectValue else { return nil }
        var result = JSONObject()
        for (name, member) in members {
            let here = "\(path).\(name)"
            let isName = keyword == "patternProperties" ? SchemaPlan.isReadable(name) : !name.utf8.contains(0)
            let isList = keyword == "dependencies" && member.arrayValue != nil
            guard isName, let mended = isList ? SchemaPlan.names(member) : try subschema(member, here) else {
                omit(here)
                continue
            }
            result[name] = mended
        }
        return .object(result)
    }

    private mutating func omit(_ path: String) {
        if omissions.count < SchemaPlan.mostOmissions { omissions.append(path) }
    }

    /// A conditional expression would take its `nil` for JSON's null.
    private static func kept(_ value: JSON?, if isRight: Bool) -> JSON? {
        guard isRight else { return .none }
        return value
    }

    private static func types(_ value: JSON) -> JSON? {
        let known: Set<JSON> = ["array", "boolean", "integer", "null", "number", "object", "string"]
        let names = value.arrayValue ?? [value]
        return kept(.array(names), if: !names.isEmpty && names.allSatisfy(known.contains))
    }

    private static func names(_ value: JSON) -> JSON? {
        guard let names = value.arrayValue?.map(\.stringValue), !names.contains(where: { $0?.utf8.contains(0) ?? true })
        else { return nil }
        return value
    }

    /// The number as the library can read it: a double where it is beyond 64 bits.
    private static func number(_ value: JSON) -> JSON? {
        if let whole = value.intValue { return .integer(whole) }
        guard let number = value.doubleValue, number.isFinite else { return nil }
        return JSONNumber(number).map(JSON.number)
    }

    private static func isReadable(_ pattern: String) -> Bool {
        guard !pattern.utf8.contains(0) else { return false }
        let bytes = Array(pattern.utf8)
        return bytes.withUnsafeBytes { bytes in
            cjsonschema_reads_pattern(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count) != 0
        }
    }
}
