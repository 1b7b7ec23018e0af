package import JSON

/// A kind of value that an option can have.
package protocol OptionValue: Sendable {
    /// What the specification says of each such value.
    static var schema: JSONObject { get }
    /// What stands for the value where the configuration says nothing, as the specification shows it.
    static var preset: JSON? { get }
    static var mayBeAbsent: Bool { get }

    /// The value; nil where the configuration has none.
    static func read(_ key: String, _ configuration: Configuration, _ limits: Limits) throws -> Self?

    /// The value as the configuration would have it; nil for one that it cannot have.
    var json: JSON? { get }
}

extension OptionValue {
    package static var preset: JSON? { nil }
    package static var mayBeAbsent: Bool { false }
}

extension String: OptionValue {
    package static var schema: JSONObject { ["type": "string"] }

    package static func read(_ key: String, _ configuration: Configuration, _ limits: Limits) throws -> String? {
        let text = try configuration.string(key)
        return text?.isEmpty == true ? nil : text
    }

    package var json: JSON? { .string(self) }
}

extension Int: OptionValue {
    package static var schema: JSONObject { ["type": "integer"] }

    package static func read(_ key: String, _ configuration: Configuration, _ limits: Limits) throws -> Int? {
        try configuration.integer(key, in: limits.integers)
    }

    package var json: JSON? { .integer(self) }
}

extension Double: OptionValue {
    package static var schema: JSONObject { ["type": "number"] }

    package static func read(_ key: String, _ configuration: Configuration, _ limits: Limits) throws -> Double? {
        try configuration.number(key, in: limits.numbers)
    }

    package var json: JSON? { JSONNumber(self).map(JSON.number) }
}

extension Bool: OptionValue {
    package static var schema: JSONObject { ["type": "boolean"] }

    package static func read(_ key: String, _ configuration: Configuration, _ limits: Limits) throws -> Bool? {
        try configuration.boolean(key)
    }

    package var json: JSON? { .bool(self) }
}

extension [String]: OptionValue {
    package static var schema: JSONObject { ["type": "array", "items": ["type": "string"]] }

    package static func read(_ key: String, _ configuration: Configuration, _ limits: Limits) throws -> [String]? {
        try configuration.strings(key)
    }

    package var json: JSON? { .array(map(JSON.string)) }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    package static var schema: JSONObject { Wrapped.schema }
    package static var preset: JSON? { Wrapped.preset }
    package static var mayBeAbsent: Bool { true }

    package static func read(
        _ key: String, _ configuration: Configuration, _ limits: Limits
    ) throws -> Wrapped?? {
        .some(try Wrapped.read(key, configuration, limits))
    }

    package var json: JSON? { flatMap(\.json) }
}

/// One of a few words.
extension OptionValue where Self: RawRepresentable<String> & CaseIterable {
    package static var schema: JSONObject {
        ["type": "string", "enum": .array(allCases.map { .string($0.rawValue) })]
    }

    package static func read(_ key: String, _ configuration: Configuration, _ limits: Limits) throws -> Self? {
        guard let word = try String.read(key, configuration, limits) else { return nil }
        guard let found = Self(rawValue: word) else {
            throw configuration.wrong(key, "one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return found
    }

    package var json: JSON? { .string(rawValue) }
}
