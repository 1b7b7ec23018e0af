import Airbyte
import JSON
import Model

extension ConnectorDefinition {
    /// Throws 422, naming the member, where the configuration lacks what the specification requires. Types and
    /// alternatives are left to the connector's own check.
    func validate(_ configuration: JSONObject) throws {
        guard let missing = missingMember(of: configuration, in: specification.connectionSpecification, at: "") else {
            return
        }
        throw Problem.unprocessable(
            "The configuration does not fulfill the specification of \(name): \(missing) is missing.")
    }

    private func missingMember(of configuration: JSONObject, in schema: JSON, at path: String) -> String? {
        for name in (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue) {
            guard let value = configuration[name], !value.isNull else { return path + name }
        }
        for (name, value) in configuration {
            guard case .object(let members) = value, let inner = schema["properties"]?[name] else { continue }
            if let missing = missingMember(of: members, in: inner, at: "\(path)\(name).") { return missing }
        }
        return nil
    }
}
