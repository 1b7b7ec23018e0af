package import JSON

/// Which members of a configuration are secret: those that the connector's spec marks `airbyte_secret`.
///
/// Where a schema offers alternatives, a member counts as secret if any of them says so: one secret too many is
/// harmless, one too few is a leak.
package struct SecretSchema: Sendable {
    private let schema: JSON

    package init(_ connectionSpecification: JSON) { schema = connectionSpecification }

    /// The configuration with each secret replaced by what `change` makes of it.
    package func mapSecrets(
        in configuration: JSON, _ change: (JSON, _ path: [String]) throws -> JSON
    ) rethrows -> JSON {
        try map(configuration, [schema], [], change)
    }

    private func map(
        _ value: JSON, _ schemas: [JSON], _ path: [String], _ change: (JSON, [String]) throws -> JSON
    ) rethrows -> JSON {
        let all = schemas.flatMap(alternatives)
        if all.contains(where: { $0["airbyte_secret"]?.boolValue == true }) {
            return value.isNull ? value : try change(value, path)
        }
        switch value {
        case .object(let object):
            var result = object
            for (key, member) in object {
                let inner = all.flatMap { members($0, named: key) }
                if !inner.isEmpty { result[key] = try map(member, inner, path + [key], change) }
            }
            return .object(result)
        case .array(let elements):
            let inner = all.flatMap { [$0["items"], $0["additionalItems"]].compactMap(\.self).flatMap(each) }
            if inner.isEmpty { return value }
            return .array(
                try elements.enumerated().map { try map($1, inner, path + [String($0)], change) })
        default: return value
        }
    }

    /// What the schema says of a member. Patterns are not compared with its name: one of them may be meant.
    private func members(_ schema: JSON, named name: String) -> [JSON] {
        let named = schema["properties"]?[name]
        let patterns = schema["patternProperties"]?.objectValue?.map(\.value) ?? []
        return [named, named == nil ? schema["additionalProperties"] : nil].compactMap(\.self) + patterns
    }

    /// A list of schemas counts for every element: one secret too many is harmless.
    private func each(_ items: JSON) -> [JSON] { items.arrayValue ?? [items] }

    /// The schema itself and everything it may stand for.
    private func alternatives(_ schema: JSON) -> [JSON] {
        var found: [JSON] = []
        var followed: Set<String> = []
        collect(schema, &found, &followed)
        return found
    }

    /// Follows each reference once, however many lead to it.
    private func collect(_ schema: JSON, _ found: inout [JSON], _ followed: inout Set<String>) {
        found.append(schema)
        var nested = ["oneOf", "anyOf", "allOf"].flatMap { schema[$0]?.arrayValue ?? [] }
        nested += ["if", "then", "else"].compactMap { schema[$0] }
        if let reference = schema["$ref"]?.stringValue, followed.insert(reference).inserted {
            nested += target(of: reference).map { [$0] } ?? []
        }
        for schema in nested { collect(schema, &found, &followed) }
    }

    /// What `#/definitions/name` means within this schema; nil for any other kind of reference.
    private func target(of reference: String) -> JSON? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(schema as JSON?) { found, name in
            found?[String(name)]
        }
    }
}
