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
                let inner = all.compactMap { $0["properties"]?[key] }
                if !inner.isEmpty { result[key] = try map(member, inner, path + [key], change) }
            }
            return .object(result)
        case .array(let elements):
            let inner = all.compactMap { $0["items"] }
            if inner.isEmpty { return value }
            return .array(
                try elements.enumerated().map { try map($1, inner, path + [String($0)], change) })
        default: return value
        }
    }

    /// The schema itself and everything it may stand for.
    private func alternatives(_ schema: JSON) -> [JSON] {
        let nested = ["oneOf", "anyOf", "allOf"].flatMap { schema[$0]?.arrayValue ?? [] }
        return [schema] + nested.flatMap(alternatives)
    }
}
