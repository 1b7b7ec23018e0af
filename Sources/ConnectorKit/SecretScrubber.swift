import JSON

/// Blots the secrets of a configuration out of texts that leave the connector.
struct SecretScrubber: Sendable {
    static let mask = "**********"
    /// Shorter ones would blot out half of every sentence.
    private static let shortest = 3

    private var secrets: [String] = []

    static let none = SecretScrubber()

    private init() {}

    /// The secrets are the values that the specification marks with `airbyte_secret`.
    init(specification: JSON, configuration: JSON) {
        collect(specification["connectionSpecification"] ?? [:], configuration)
        // A secret that contains another one is blotted out first.
        secrets.sort { $0.utf8.count > $1.utf8.count }
    }

    func scrubbed(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing(bytesOf: $1, with: Self.mask) }
    }

    private mutating func collect(_ schema: JSON, _ value: JSON) {
        if schema["airbyte_secret"]?.boolValue == true, let text = value.stringValue {
            // Drivers report line by line.
            for piece in [Substring(text)] + text.split(whereSeparator: \.isNewline)
            where piece.utf8.count >= Self.shortest {
                secrets.append(String(piece))
            }
        }
        for (key, property) in schema["properties"]?.objectValue ?? [:] {
            if let inner = value[key] { collect(property, inner) }
        }
        for option in ["oneOf", "anyOf", "allOf"] {
            for alternative in schema[option]?.arrayValue ?? [] { collect(alternative, value) }
        }
        if let items = schema["items"] {
            for inner in value.arrayValue ?? [] { collect(items, inner) }
        }
    }
}
