import Airbyte
import JSON
import JSONSchema
import Log
import Model

extension ConnectorDefinition {
    private static let mostSentences = 10

    /// Throws 422, naming the members, where the configuration does not fulfill the specification. No sentence holds a value
    /// of the configuration.
    ///
    /// A specification that cannot be read does not make its connector unusable: then only what it requires is looked
    /// for, and the rest is left to the connector's own check.
    func validate(_ configuration: JSON, with services: APIServices) throws {
        let violations = violations(of: configuration, with: services)
        guard !violations.isEmpty else { return }
        var sentences = violations.prefix(ConnectorDefinition.mostSentences).map {
            $0.sentence(whole: "the configuration")
        }
        if violations.count > sentences.count { sentences.append("and \(violations.count - sentences.count) more") }
        throw Problem.unprocessable(
            "The provided configuration does not fulfill the specification. Errors: \(sentences.joined(separator: "; "))"
        )
    }

    private func violations(of configuration: JSON, with services: APIServices) -> [SchemaViolation] {
        let schema = specification.connectionSpecification
        if let compiled = services.specifications.compiled(of: self, log: services.log) {
            do {
                return try compiled.violations(of: configuration)
            } catch {
                services.log.warning(
                    "A configuration was compared with what its specification requires only: \(error)",
                    ["definitionId": .string(id.description)])
            }
        }
        return missingMembers(of: configuration, in: schema, at: "")
    }

    private func missingMembers(of configuration: JSON, in schema: JSON, at path: String) -> [SchemaViolation] {
        guard let members = configuration.objectValue else { return [] }
        let required = (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        let missing = required.filter { members[$0]?.isNull ?? true }
        return missing.map { SchemaViolation(path: path + $0, problem: "is missing") }
            + members.flatMap { name, value in
                schema["properties"]?[name].map { missingMembers(of: value, in: $0, at: "\(path)\(name).") } ?? []
            }
    }
}
