package import JSON

/// The configuration a user gave a connector; keys it does not ask for are passed over.
///
/// What its functions throw names the key and never the value.
package struct Configuration: Sendable {
    package let json: JSON
    /// Where it sits in the whole configuration, such as `ssl_mode.`.
    private let path: String

    package init(_ json: JSON) throws {
        guard json.objectValue != nil else {
            throw ConnectorError(.config, "The configuration must be a JSON object.")
        }
        self.init(json, path: "")
    }

    private init(_ json: JSON, path: String) {
        self.json = json
        self.path = path
    }

    /// A text that must be there and not be empty.
    package func required(_ key: String) throws -> String {
        guard let text = try string(key), !text.isEmpty else {
            throw missing(key)
        }
        return text
    }

    package func string(_ key: String) throws -> String? {
        guard let value = present(key) else { return nil }
        guard let text = value.stringValue else { throw wrong(key, "a text") }
        guard !text.utf8.contains(0) else { throw wrong(key, "a text without NUL characters") }
        return text
    }

    /// A whole number within `range`; one written as a text is taken too.
    package func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = present(key) else { return nil }
        guard let number = value.intValue ?? value.stringValue.flatMap({ Int($0) }), range.contains(number) else {
            throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let value = present(key) else { return nil }
        guard let number = value.doubleValue, range.contains(number) else {
            throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func boolean(_ key: String) throws -> Bool? {
        guard let value = present(key) else { return nil }
        guard let flag = value.boolValue else { throw wrong(key, "true or false") }
        return flag
    }

    package func strings(_ key: String) throws -> [String]? {
        guard let value = present(key) else { return nil }
        guard let texts = value.arrayValue?.map(\.stringValue), texts.allSatisfy({ $0 != nil }) else {
            throw wrong(key, "a list of texts")
        }
        return texts.compactMap { $0 }
    }

    /// An object inside the configuration.
    package func section(_ key: String) throws -> Configuration? {
        guard let value = present(key) else { return nil }
        guard value.objectValue != nil else { throw wrong(key, "an object") }
        return Configuration(value, path: "\(path)\(key).")
    }

    /// The key with what it is inside of.
    package func name(of key: String) -> String { "\(path)\(key)" }

    private func present(_ key: String) -> JSON? {
        guard let value = json[key], !value.isNull else { return Optional.none }
        return value
    }

    func missing(_ key: String) -> ConnectorError {
        ConnectorError(.config, "The configuration needs a value for \"\(path)\(key)\".")
    }

    func wrong(_ key: String, _ kind: String) -> ConnectorError {
        ConnectorError(.config, "The configuration's \"\(path)\(key)\" must be \(kind).")
    }
}
