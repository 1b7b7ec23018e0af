package import JSON

/// The place of a file on this machine, as an option's value.
package struct AbsolutePath: OptionValue, Hashable {
    package let text: String

    package static var schema: JSONObject { ["type": "string"] }

    package static func read(_ key: String, _ configuration: Configuration, _ limits: Limits) throws -> AbsolutePath? {
        guard let path = try String.read(key, configuration, limits) else { return nil }
        guard path.hasPrefix("/"), !path.hasSuffix("/"), path.utf8.count < 4096 else {
            throw configuration.wrong(key, "the absolute path of a file")
        }
        return AbsolutePath(text: path)
    }

    package var json: JSON? { .string(text) }
}
