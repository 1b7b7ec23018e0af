import ConnectorKit
import JSON

/// What messages and schemas must fulfil, as sentences about what they do not.
enum Conformance {
    /// What of the value is not as its schema says. NULL fits everywhere: databases do not tell who may be NULL.
    static func faults(of value: JSON, _ schema: JSON, at path: String = "") -> [String] {
        if value.isNull { return [] }
        for key in ["oneOf", "anyOf"] {
            if let options = schema[key]?.arrayValue {
                return options.contains { faults(of: value, $0).isEmpty } ? [] : ["\(path) fits none of \(key)"]
            }
        }
        let types = schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? [schema["type"]?.stringValue ?? "any"]
        guard types.contains(where: { fits(value, $0, schema) }) else { return ["\(path) is no \(types)"] }
        if let format = schema["format"]?.stringValue, let text = value.stringValue, !fits(text, format) {
            return ["\(path) is no \(format)"]
        }
        return (schema["properties"]?.objectValue ?? [:]).flatMap { name, inner in
            value[name].map { faults(of: $0, inner, at: "\(path).\(name)") } ?? []
        }
    }

    private static func fits(_ value: JSON, _ type: String, _ schema: JSON) -> Bool {
        switch (type, value) {
        case ("any", _), ("string", .string), ("boolean", .bool), ("object", .object), ("array", .array): true
        case ("integer", .number): value.intValue != nil
        case ("number", .number): schema["airbyte_type"] != "integer" || value.intValue != nil
        default: false
        }
    }

    private static func fits(_ text: String, _ format: String) -> Bool {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            let time = CivilTime(bytes)
            return switch format {
            case "date": time.map { $0.date != nil && $0.microseconds == nil } ?? false
            case "time": time.map { $0.date == nil } ?? false
            case "date-time": time.map { $0.date != nil && $0.microseconds != nil } ?? false
            default: true
            }
        }
    }

    /// What of a specification's options forms cannot show or secrets would leak through.
    static func faults(ofOptions schema: JSON, at path: String = "") -> [String] {
        var faults: [String] = []
        for (name, option) in schema["properties"]?.objectValue ?? [:] {
            let place = "\(path).\(name)"
            let isDiscriminator = option["const"] != nil
            if option["type"] == nil { faults.append("\(place) has no type") }
            if option["title"] == nil, !isDiscriminator { faults.append("\(place) has no title") }
            if option["order"]?.intValue == nil { faults.append("\(place) has no order") }
            if option["$ref"] != nil { faults.append("\(place) has a reference") }
            let isSecret = ["password", "secret", "token", "private_key", "client_key"].contains { name.contains($0) }
            if isSecret, option["airbyte_secret"] != true { faults.append("\(place) is no secret") }
            if let value = option["default"], option["oneOf"] == nil {
                faults += Self.faults(of: value, option, at: place)
            }
            guard let alternatives = option["oneOf"]?.arrayValue else { continue }
            if option["type"] != "object" { faults.append("\(place) is a choice and no object") }
            let words = alternatives.map { alternative in
                (alternative["properties"]?.objectValue ?? [:]).first { $0.value["const"] != nil }
            }
            if Set(words.map { $0?.key }).count != 1 || words.contains(where: { $0 == nil }) {
                faults.append("\(place) has no member that tells its alternatives apart")
            }
            if Set(words.map { $0?.value["const"] ?? .null }).count != words.count {
                faults.append("\(place) has two alternatives of one word")
            }
            for alternative in alternatives {
                if alternative["title"] == nil { faults.append("\(place) has an alternative without a title") }
                faults += Self.faults(ofOptions: alternative, at: place)
            }
        }
        for name in schema["required"]?.arrayValue ?? [] where schema["properties"]?[name.stringValue ?? ""] == nil {
            faults.append("\(path) requires \(name.text), which is no option")
        }
        return faults
    }
}
