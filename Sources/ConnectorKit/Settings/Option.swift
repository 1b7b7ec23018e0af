import JSON

/// One option of a connector's settings: what the specification says of it, and afterwards its value.
@propertyWrapper
package struct Option<Value: OptionValue>: Sendable {
    private var value: Value?
    private let title: String
    private let description: String
    private let limits: Limits
    /// Nil: made from the property's name.
    private let name: String?
    /// Nil: its place among the properties.
    private let order: Int?
    private let isSecret: Bool
    private let examples: [String]
    private let isDemanded: Bool

    /// An option that has a value where the configuration says nothing.
    ///
    /// - Parameter isRequired: whether the specification asks for it all the same.
    package init(
        wrappedValue: Value, _ title: String, _ description: String, _ limits: Limits = .none, name: String? = nil,
        order: Int? = nil, isSecret: Bool = false, examples: [String] = [], isRequired: Bool = false
    ) {
        value = wrappedValue
        self.title = title
        self.description = description
        self.limits = limits
        self.name = name
        self.order = order
        self.isSecret = isSecret
        self.examples = examples
        isDemanded = isRequired
    }

    /// An option that the configuration must have, or, where its type is optional, may have.
    package init(
        _ title: String, _ description: String, _ limits: Limits = .none, name: String? = nil, order: Int? = nil,
        isSecret: Bool = false, examples: [String] = []
    ) {
        value = nil
        self.title = title
        self.description = description
        self.limits = limits
        self.name = name
        self.order = order
        self.isSecret = isSecret
        self.examples = examples
        isDemanded = !Value.mayBeAbsent
    }

    package var wrappedValue: Value {
        get {
            guard let value else { preconditionFailure("The option \(title) is used before it was read.") }
            return value
        }
        set { value = newValue }
    }
}

/// What all options have in common, whatever their values are.
protocol AnyOption {
    var isRequired: Bool { get }

    func key(of property: String) -> String
    func schema(order place: Int) -> JSON

    /// The option with the value that the configuration has for `key`.
    func read(_ key: String, _ configuration: Configuration) throws -> Self
}

extension Option: AnyOption {
    var isRequired: Bool { isDemanded }

    /// `checkpointRows` is called `checkpoint_rows`.
    func key(of property: String) -> String {
        if let name { return name }
        return property.reduce(into: "") { key, letter in
            if letter.isUppercase { key.append("_") }
            key += letter.lowercased()
        }
    }

    func schema(order place: Int) -> JSON {
        var schema: JSONObject = ["title": .string(title), "description": .string(description)]
        for (key, value) in Value.schema { schema[key] = value }
        for (key, value) in limits.schema { schema[key] = value }
        if let value = value.flatMap(\.json) ?? Value.preset { schema["default"] = value }
        if isSecret { schema["airbyte_secret"] = true }
        if !examples.isEmpty { schema["examples"] = .array(examples.map(JSON.string)) }
        schema["order"] = .integer(order ?? place)
        return .object(schema)
    }

    func read(_ key: String, _ configuration: Configuration) throws -> Self {
        var option = self
        if let found = try Value.read(key, configuration, limits) {
            option.value = found
        } else if value == nil {
            throw configuration.missing(key)
        }
        return option
    }
}

/// Lets the compiler write the settings' own `init(from:)`, whose container hands options over ready.
extension Option: Decodable {
    package init(from decoder: any Decoder) throws {
        throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "options are read from a Configuration only"))
    }
}
