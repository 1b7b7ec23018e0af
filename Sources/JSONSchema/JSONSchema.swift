import CJSONSchema
package import JSON

/// A JSON Schema of draft-07, read once and used by any number of tasks.
///
/// What of it is written wrong is left out and listed, as long as the rest makes sense without it. References lead to places
/// within the schema only: nothing is ever fetched.
package struct JSONSchema: Sendable {
    /// What is not checked, because it cannot be read.
    package let omissions: [String]
    private let places: [JSON]
    private let compiled: CompiledSchema

    private static let longestText = 4 << 20

    package init(_ schema: JSON) throws(JSONSchemaError) {
        let plan = try SchemaPlan(schema)
        let text = plan.text
        guard text.count <= JSONSchema.longestText else {
            throw JSONSchemaError(.unreadable, "The schema is longer than \(JSONSchema.longestText >> 20) MiB.")
        }
        omissions = plan.omissions
        places = plan.places
        compiled = try CompiledSchema(text)
    }

    /// Where the value does not fulfil the schema, up to `limit` times; nowhere if it does. Throws where that cannot be told in
    /// reasonable time.
    package func violations(of value: JSON, limit: Int = 100) throws(JSONSchemaError) -> [SchemaViolation] {
        let text = value.bytes
        guard text.count <= JSONSchema.longestText else {
            throw JSONSchemaError(.exhausted, "The value is longer than \(JSONSchema.longestText >> 20) MiB.")
        }
        let (outcome, findings) = compiled.check(text, limit: max(limit, 1))
        switch outcome {
        case CJSONSCHEMA_FITS: return []
        case CJSONSCHEMA_DIFFERS:
            let violations = findings.map { $0.violation(in: places) }
            return violations.isEmpty ? [SchemaViolation(path: "", problem: "does not fulfil its schema")] : violations
        case CJSONSCHEMA_UNREADABLE:
            return [SchemaViolation(path: value.pathOfImmenseNumber() ?? "", problem: "holds a number that is too big")]
        case CJSONSCHEMA_EXHAUSTED:
            throw JSONSchemaError(.exhausted, "To compare the value with the schema takes too long.")
        default:
            throw JSONSchemaError(.exhausted, "The value could not be compared with the schema.")
        }
    }
}

extension JSON {
    /// Where the first number is that no double holds.
    fileprivate func pathOfImmenseNumber() -> String? {
        switch self {
        case .number: return doubleValue?.isFinite == true ? nil : ""
        case .object(let members):
            for (name, member) in members {
                guard let inner = member.pathOfImmenseNumber() else { continue }
                return inner.isEmpty || inner.hasPrefix("[") ? name + inner : "\(name).\(inner)"
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                guard let inner = element.pathOfImmenseNumber() else { continue }
                return inner.isEmpty || inner.hasPrefix("[") ? "[\(index)]\(inner)" : "[\(index)].\(inner)"
            }
        default: break
        }
        return nil
    }
}
