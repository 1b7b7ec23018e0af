package import JSON

/// A section of the configuration that has one of several shapes, told by a word in it.
package protocol Choice: OptionValue {
    /// The member that holds the word.
    static var discriminator: String { get }
    static var alternatives: [Alternative<Self>] { get }
    /// The word of the one that counts where the configuration says nothing.
    static var otherwise: String? { get }
}

/// One shape of a `Choice`.
package struct Alternative<Choice>: Sendable {
    let word: String
    fileprivate let schema: @Sendable (_ discriminator: String) -> JSON
    fileprivate let read: @Sendable (Configuration) throws -> Choice

    /// - Parameter make: what the settings of this shape come to.
    package init<Settings: ConnectorSettings>(
        _ word: String, _ title: String, _ description: String? = nil, _ make: @escaping @Sendable (Settings) -> Choice
    ) {
        self.word = word
        schema = { discriminator in
            let selector: JSON = ["type": "string", "const": .string(word), "default": .string(word), "order": 0]
            let (properties, required) = Settings.schema(behind: [discriminator: selector])
            var schema: JSONObject = ["title": .string(title)]
            if let description { schema["description"] = .string(description) }
            for (key, value) in [
                ("type", "object"), ("required", required), ("additionalProperties", true), ("properties", properties),
            ] as [(String, JSON)] {
                schema[key] = value
            }
            return .object(schema)
        }
        read = { make(try Settings($0)) }
    }

    /// A shape without settings of its own.
    package init(_ word: String, _ title: String, _ description: String? = nil, is choice: Choice)
    where Choice: Sendable {
        self.init(word, title, description) { (_: NoSettings) in choice }
    }
}

private struct NoSettings: ConnectorSettings {}

extension Choice {
    package static var otherwise: String? { nil }

    package static var schema: JSONObject {
        ["type": "object", "oneOf": .array(alternatives.map { $0.schema(discriminator) })]
    }

    package static var preset: JSON? { otherwise.map { [discriminator: .string($0)] } }

    package static func read(_ key: String, _ configuration: Configuration, _ limits: Limits) throws -> Self? {
        guard let section = try configuration.section(key) ?? preset.map(Configuration.init) else { return nil }
        let word = try section.required(discriminator)
        guard let alternative = alternatives.first(where: { $0.word == word }) else {
            throw section.wrong(discriminator, "one of \(alternatives.map(\.word).joined(separator: ", "))")
        }
        return try alternative.read(section)
    }

    package var json: JSON? { nil }
}
