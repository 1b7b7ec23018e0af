import JSON

/// What a connector is configured with: a struct whose stored properties are all options.
///
///     struct Settings: ConnectorSettings {
///         @Option("Folder", "The folder to read.") var folder: String
///         @Option("Rows", "After how many rows a state is sent.", .from(1)) var checkpointRows = 1000
///     }
///
/// The specification is made from it and the configuration is read into it, so the two cannot come to differ. A property
/// `checkpointRows` stands in both as `checkpoint_rows`; one with neither a value nor a question mark must be given.
package protocol ConnectorSettings: Decodable, Sendable {
    init()

    /// Throws where values that are fine one by one are not together.
    func validate() throws
}

extension ConnectorSettings {
    package func validate() throws {}

    /// Reads the configuration. What it throws names the option and never the value.
    package init(_ configuration: Configuration) throws {
        self = try Self(from: SettingsDecoder(configuration, Self.options))
        try validate()
    }

    /// By the names of the properties, in their order.
    static var options: [(property: String, option: any AnyOption)] {
        Mirror(reflecting: Self()).children.map { child in
            // A wrapper is stored under its property's name with an underscore before it.
            guard let label = child.label, label.hasPrefix("_"), let option = child.value as? any AnyOption else {
                preconditionFailure("\(Self.self).\(child.label ?? "") is no @Option.")
            }
            return (String(label.dropFirst()), option)
        }
    }

    /// The members of a JSON schema that describe the settings, behind those given.
    static func schema(behind first: JSONObject = [:]) -> (properties: JSON, required: JSON) {
        var properties = first
        var required = first.keys.map(JSON.string)
        for (property, option) in options {
            let key = option.key(of: property)
            properties[key] = option.schema(order: properties.count)
            if option.isRequired { required.append(.string(key)) }
        }
        return (.object(properties), .array(required))
    }
}
