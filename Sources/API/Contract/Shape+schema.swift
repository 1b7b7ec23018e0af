import JSON

extension Shape {
    /// The shape as a JSON schema of OpenAPI 3.1; objects with a name are put into `components` and referred to.
    func schema(_ components: inout JSONObject) -> JSON {
        switch self {
        case .string: ["type": "string"]
        case .uuid: ["type": "string", "format": "uuid"]
        case .time: ["type": "string", "format": "date-time"]
        case .uri: ["type": "string", "format": "uri"]
        case .integer: ["type": "integer", "format": "int64"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .word(let words): ["type": "string", "enum": .array(words.map(JSON.string))]
        case .list(let element): ["type": "array", "items": element.schema(&components)]
        case .map(let value): ["type": "object", "additionalProperties": value.schema(&components)]
        case .any: [:]
        case .named(let name): Self.reference(name)
        case .oneOf(let shapes): ["anyOf": .array(shapes.map { $0.schema(&components) })]
        case .object("", let members): members.schema(&components)
        case .object(let name, let members): named(name, members, &components)
        }
    }

    private func named(_ name: String, _ members: Members, _ components: inout JSONObject) -> JSON {
        if components[name] == nil {
            // Holds its place, so that a shape which holds itself comes to an end.
            components[name] = [:]
            components[name] = members.schema(&components)
        }
        return Self.reference(name)
    }

    private static func reference(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/" + name)] }
}

extension Shape.Members {
    func schema(_ components: inout JSONObject) -> JSON {
        var properties = JSONObject()
        for member in all { properties[member.name] = member.shape.schema(&components) }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        let required = all.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        return .object(schema)
    }
}
